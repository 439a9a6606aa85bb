import type { ShellPool } from '../checks/shell-pool.ts';
import { engineTime } from '../engine/engine-time.ts';
import type { Failure } from '../events/failure.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import { ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { serviceKey, solveProblem } from './problems.ts';
import { LONGEST_PAUSE_MS } from './process-deaths.ts';
import { complain, followHealth, followProcess, tellStart } from './service-start.ts';
import type { Start, StartParts } from './service-start.ts';

/** A service that is not a module of ours has so long to end. */
const GRACE_SECONDS = 10;
/** The engine may tell its time this much after the process was told to start anew. */
const ASKED_MS = 200;

export interface RestarterParts extends StartParts {
  readonly engine: StartParts['engine'] &
    Pick<Engine, 'time' | 'signalContainer' | 'restartContainer' | 'stopContainer'>;
  readonly pool: Pick<ShellPool, 'signalFirst'>;
  /** Whether the service is a module with a process that `run-module` starts. */
  readonly runsModule: (service: string) => boolean;
  /** Whether what it mounts leads where it may: an engine that starts a container follows links. */
  readonly mayStart: (service: string) => Promise<Result<void, Failure>>;
}

/** Another service, as a whole: it has no process that could be started anew by itself. */
async function restartContainer(
  { engine, bus, services, mayStart }: RestarterParts,
  one: {
    readonly service: string;
    readonly id: string;
    readonly save: number;
    readonly cause: string;
  },
): Promise<void> {
  const { service, id, save, cause } = one;
  const allowed = await mayStart(service);
  if (!allowed.ok) {
    complain(bus, service, save, allowed.failure);
    return;
  }
  services.explain(service, cause);
  const restarted = await engine.restartContainer(id, { graceSeconds: GRACE_SECONDS });
  await services.refresh();
  services.explain(service, undefined);
  if (!restarted.ok && restarted.failure.reason !== 'no-engine') {
    complain(bus, service, save, restarted.failure);
  }
}

/**
 * Restarts a module's process, and tells how it went. The container stays, and
 * with it the checks that run in it: the first process of a module's container starts the module
 * anew when it gets SIGHUP. Other services are restarted with their container.
 */
export function createRestarter(parts: RestarterParts) {
  const { engine, clock, bus, services, pool, runsModule, mayStart } = parts;
  /** The newest start of each service: an older one that is still followed gives up. */
  const newest = new Map<string, AbortController>();

  // Well again, however it came to that: started anew by itself, for instance.
  bus.subscribe((event) => {
    const isHealthy = event.kind === 'service-state' && event.health === 'healthy';
    if (!isHealthy && event.kind !== 'service-gone') return;
    if (event.kind === 'service-gone') newest.get(event.service)?.abort();
    solveProblem(bus, serviceKey(event.service));
  });

  function supersede(service: string): AbortSignal {
    newest.get(service)?.abort();
    const mine = new AbortController();
    newest.set(service, mine);
    return mine.signal;
  }

  /**
   * From inside: the engine takes any signal that goes through it for a stop by hand, and would not
   * start the container again when that ends, or when the engine itself was restarted.
   */
  async function hangUp(containerId: string): Promise<Result<void, Failure>> {
    return (await pool.signalFirst(containerId, 'HUP'))
      ? ok(undefined)
      : engine.signalContainer(containerId, 'HUP');
  }

  /** Logs and probes have the engine's time. */
  const now = (): Promise<number> => engineTime(engine, clock);

  async function restart(service: string, save: number, cause: string): Promise<void> {
    const container = services.running(service);
    if (container === undefined) return;
    if (runsModule(service)) await restartProcess(service, container, save, cause);
    else await restartContainer(parts, { service, id: container.id, save, cause });
  }

  async function restartProcess(
    service: string,
    container: ContainerSummary,
    save: number,
    cause: string,
  ): Promise<void> {
    const signal = supersede(service);
    const sinceMs = clock.now();
    const asked = now();
    const signalled = await hangUp(container.id);
    if (!signalled.ok) {
      // That the engine went is told once, for all.
      if (signalled.failure.reason === 'no-engine') return;
      // Ended or made anew meanwhile: what runs next begins with the files as they are.
      const detail = await engine.inspect(container.id);
      if (!detail.ok || detail.value.state !== 'running') return;
      complain(bus, service, save, signalled.failure);
      return;
    }
    const engineMs = (await asked) - ASKED_MS;
    const start: Start = { service, container, sinceMs, engineMs, save, cause, signal };
    const probed = container.health !== 'none';
    tellStart(bus, start, probed ? 'starting' : 'none');
    await Promise.all([
      followProcess(parts, start),
      // A probe that began before may have met the process that was to end.
      ...(probed ? [now().then((ms) => followHealth(parts, start, ms))] : []),
    ]);
  }

  return {
    restart,
    /** A container was started, or found running: a process that ends in it again and again is told. */
    started: async (service: string): Promise<void> => {
      const container = services.running(service);
      if (container === undefined || !runsModule(service)) return;
      const signal = supersede(service);
      const detail = await engine.inspect(container.id);
      if (!detail.ok) return;
      const earliest = (await now()) - LONGEST_PAUSE_MS;
      const engineMs = Math.max(earliest, detail.value.startedAtMs);
      const sinceMs = clock.now();
      await followProcess(parts, {
        ...{ service, container, sinceMs, engineMs, save: 0, cause: '', signal },
      });
    },
    /** A container that the engine started by itself, and that mounts what it must not, is ended. */
    keepOut: async (service: string, containerId: string): Promise<void> => {
      const allowed = await mayStart(service);
      if (allowed.ok) return;
      await engine.stopContainer(containerId, { graceSeconds: 0 });
      complain(bus, service, 0, allowed.failure);
    },
    stop: (): void => {
      for (const start of newest.values()) start.abort();
    },
  };
}

export type Restarter = ReturnType<typeof createRestarter>;
