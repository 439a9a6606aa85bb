import { pipeline } from 'node:stream/promises';
import type { Duplex } from 'node:stream';
import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import type { DebuggerKind } from '../model/debugger.ts';
import { MOUNTED_AT, type Module } from '../model/module.ts';
import type { Engine } from '../ports/engine.ts';
import type { World } from '../ports/world.ts';
import type { ProcessDeath } from '../session/process-deaths.ts';
import { fail, type Result } from '../util/result.ts';
import { languageHierarchy } from './project/image-versions.ts';
import { debugCommand } from './debug/command.ts';
import { holdUntilLeft } from './debug/hold-until-left.ts';
import { heldAlready } from './debug/hold.ts';
import { ensureDebugger, runIn } from './debug/installed.ts';
import { IS_HELD_ARGV, relayArgv } from './debug/scripts.ts';
import { debugTarget, type DebugTarget } from './debug/target.ts';
import { moduleContainer } from './shell/target.ts';

export interface DebugRequest {
  readonly root: string;
  /** Compose project name. */
  readonly instance: string;
  readonly modules: readonly Module[];
  readonly module: string;
  /** Stops before the first line of the program. */
  readonly wait: boolean;
  /** On this machine; undefined: the module's own. */
  readonly port: number | undefined;
}

/** Where a debugger attaches. */
export interface Debugging {
  readonly module: string;
  readonly kind: DebuggerKind;
  readonly host: '127.0.0.1';
  readonly port: number;
  /** The one that its entry for VS Code names. */
  readonly ownPort: number;
  readonly wait: boolean;
  /** What the process sees, and where it is on this machine. */
  readonly paths: { readonly container: string; readonly host: string };
}

export interface DebugSink {
  onAttachable(debugging: Debugging): void;
  /** The process ended by itself, and is started again. */
  onDeath(death: ProcessDeath): void;
  /** A program of another user of this machine wanted to attach, and may not; told once for each. */
  onStranger(uid: number): void;
}

type DebugWorld = Pick<World, 'engine' | 'clock' | 'files' | 'host' | 'loopback'>;

/**
 * Has a module's process run in its debugger, behind a port of this machine's loopback, until the
 * signal is aborted; then it runs as ever. Its container stays, and so do restarts after compiles.
 */
export async function debug(
  request: DebugRequest,
  world: DebugWorld,
  sink: DebugSink,
  progress: Progress,
): Promise<Result<void, Failure>> {
  const target = targetOf(request, world);
  if (!target.ok) return target;
  const engine = await world.engine();
  const container = await moduleContainer(request.module, request.instance, engine);
  if (!container.ok) return container;
  const { id } = container.value;
  const { port } = target.value;
  const loopback = await world.loopback();
  const onHost = request.port ?? port;
  const listening = await loopback.listen(
    onHost,
    (stream) => void relay(engine, id, port, stream),
    oncePerUser((uid) => sink.onStranger(uid)),
  );
  if (!listening.ok) {
    // Most often it is the one that was started before, in another window.
    const held = await runIn(engine, id, { argv: IS_HELD_ARGV });
    const isHeld = held.ok && held.value.status === 0;
    return fail(
      isHeld ? heldAlready(request.module) : withPort(listening.failure, request, onHost),
    );
  }
  try {
    const installed = await ensureDebugger(target.value, id, engine, progress);
    if (!installed.ok) return installed;
    const { kind, run, module } = target.value;
    const compile = module.checks.find((check) => check.kind === 'compile')?.run;
    const { module: service, wait, root } = request;
    const paths = { container: MOUNTED_AT, host: root };
    return await holdUntilLeft(
      { service, containerId: id, port, command: debugCommand(kind, run, { port, wait, compile }) },
      { engine, clock: world.clock, signal: progress.signal },
      {
        onSlow: () =>
          progress.report({ kind: 'note', level: 'info', text: slowText(service, port) }),
        onReady: () =>
          sink.onAttachable({
            module: service,
            kind,
            host: '127.0.0.1',
            port: onHost,
            ownPort: port,
            wait,
            paths,
          }),
        onDeath: (death) => sink.onDeath(death),
      },
    );
  } finally {
    await listening.value.close();
  }
}

function slowText(service: string, port: number): string {
  return `waiting for ${service} to open port ${String(port)} for its debugger; what it says: dev logs ${service}`;
}

/** Editors try again and again. */
function oncePerUser(tell: (uid: number) => void): (uid: number) => void {
  const told = new Set<number>();
  return (uid) => {
    if (told.has(uid)) return;
    told.add(uid);
    tell(uid);
  };
}

function targetOf(
  { module, modules, root }: DebugRequest,
  { files, host }: Pick<DebugWorld, 'files' | 'host'>,
): Result<DebugTarget, Failure> {
  const hierarchy = languageHierarchy({ modules, root }, { files, host });
  // One that is wrong is told by `dev up`; what runs, runs.
  return debugTarget(module, modules, hierarchy.ok ? hierarchy.value : new Map());
}

function withPort(failure: Failure, { module }: DebugRequest, port: number): Failure {
  const cure = `dev debug ${module} --port ${String(port + 100)}`;
  return { ...failure, cure };
}

/** One connection of a debugger, to the port in the container. */
async function relay(
  engine: Pick<Engine, 'exec'>,
  containerId: string,
  port: number,
  stream: Duplex,
): Promise<void> {
  stream.on('error', () => undefined);
  const started = await engine.exec(containerId, { argv: relayArgv(port), stdin: true });
  if (!started.ok) {
    stream.destroy();
    return;
  }
  const { stdout, stderr, stream: inside } = started.value;
  stderr.resume();
  const there = pipeline(stream, inside, { end: true });
  const back = pipeline(stdout, stream);
  // Whichever end closes, the other one is closed, too.
  await Promise.race([there, back]).catch(() => undefined);
  await Promise.allSettled([back]);
  stream.destroy();
  inside.destroy();
}
