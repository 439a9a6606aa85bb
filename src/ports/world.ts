import type { ArtifactStore } from './artifact-store.ts';
import type { Clock } from './clock.ts';
import type { ComposeCli } from './compose-cli.ts';
import type { Console } from './console.ts';
import type { DataFiles } from './data-files.ts';
import type { DashboardSystems } from './dashboard-systems.ts';
import type { Engine } from './engine.ts';
import type { EngineChoice } from './engine-choice.ts';
import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';
import type { Files } from './files.ts';
import type { Host } from './host.ts';
import type { Live } from './live.ts';
import type { Loopback } from './loopback.ts';
import type { Locks } from './locks.ts';
import type { PageServer } from './page-server.ts';
import type { PortProbe } from './port-probe.ts';
import type { DisplayKind, ProgressDisplay } from './progress-display.ts';
import type { Send } from './prober.ts';
import type { Processes } from './processes.ts';
import type { Registry } from './registry.ts';
import type { Terminal } from './terminal.ts';
import type { ToolsAgent } from './tools-agent.ts';

/**
 * Every outside system, built once in `main.ts`. Use cases take the few that they need
 * (`Pick<World, 'files' | 'clock'>`), never more. Clients that are slow to load come by a function.
 */
export interface World {
  readonly host: Host;
  readonly files: Files;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly terminal: Terminal;
  readonly ports: PortProbe;
  /** PEM of the public root certificates, about 150; not needed when nothing has changed. */
  publicRoots(): Promise<readonly string[]>;
  /** The one engine that the API's client, Compose and `docker` use, and why that one. */
  engineChoice(): Result<EngineChoice, Failure>;
  engine(): Promise<Engine>;
  compose(): Promise<ComposeCli>;
  live(): Promise<Live>;
  loopback(): Promise<Loopback>;
  pageServer(): Promise<PageServer>;
  toolsAgent(): Promise<ToolsAgent>;
  dataFiles(): Promise<DataFiles>;
  /** The store in a folder. */
  artifacts(folder: string): Promise<ArtifactStore>;
  /** The registry of a host. */
  registry(host: string): Promise<Registry>;
  /** The streams that the command was started with. */
  console(): Promise<Console>;
  display(kind: DisplayKind): Promise<ProgressDisplay>;
  dashboard(): Promise<DashboardSystems>;
  /** Sends requests from this machine. */
  sender(): Promise<Send>;
}
