import type { Failure } from '../../events/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import { watchDeaths, type ProcessDeath } from '../../session/process-deaths.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { hold } from './hold.ts';
import { runIn } from './installed.ts';
import { awaitPortArgv } from './scripts.ts';

interface HoldRequest {
  readonly service: string;
  readonly containerId: string;
  /** Where the debugger listens, in the container. */
  readonly port: number;
  readonly command: string;
}

interface HoldParts {
  readonly engine: Pick<Engine, 'exec' | 'logs' | 'time'>;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
}

interface HoldSink {
  /** It takes a while until the debugger listens: a program is built first, or it is none that can be debugged. */
  onSlow(): void;
  /** The debugger listens. */
  onReady(): void;
  /** The process ended by itself after that, and is started again. */
  onDeath(death: ProcessDeath): void;
}

const START_LIMIT_MS = 120_000;
/** Nobody looks at nothing for longer. */
const SLOW_MS = 4_000;

/** A process in its debugger until the signal is aborted. However it ends, the process runs as ever. */
export async function holdUntilLeft(
  { service, containerId, port, command }: HoldRequest,
  { engine, clock, signal }: HoldParts,
  sink: HoldSink,
): Promise<Result<void, Failure>> {
  // Its log has the engine's time.
  const time = await engine.time();
  const sinceMs = time.ok ? time.value : clock.now();
  const held = await hold({ service, containerId }, command, { engine, clock });
  if (!held.ok) return held;
  const over = new AbortController();
  const left = aborted(signal);
  let isReady = false;
  const died = new Promise<ProcessDeath>((resolve) => {
    const onDeath = (death: ProcessDeath): void => {
      resolve(death);
      if (isReady) sink.onDeath(death);
    };
    const until = AbortSignal.any([signal, over.signal]);
    const watch = { containerId, sinceMs, signal: until, onDeath, onSteady: () => undefined };
    void watchDeaths({ engine, clock }, watch);
  });
  const tellSlow = (): void => {
    if (!isReady) sink.onSlow();
  };
  void clock.sleep(SLOW_MS, AbortSignal.any([signal, over.signal])).then(tellSlow, () => undefined);
  try {
    const listens = runIn(engine, containerId, { argv: awaitPortArgv(port, START_LIMIT_MS) });
    const first = await Promise.race([listens, died, held.value.ended, left]);
    if (first === 'left') return ok(undefined);
    if (first === 'ended') return fail(gone(service));
    if ('exitStatus' in first) return fail(endedAtOnce(service, first));
    if (!first.ok) return first;
    if (first.value.status !== 0) return fail(silent(service, port));
    isReady = true;
    sink.onReady();
    const end = await Promise.race([left, held.value.ended]);
    return end === 'left' ? ok(undefined) : fail(gone(service));
  } finally {
    over.abort();
    await held.value.release();
  }
}

function aborted(signal: AbortSignal): Promise<'left'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('left');
    signal.addEventListener('abort', () => resolve('left'), { once: true });
  });
}

function gone(service: string): Failure {
  return {
    reason: 'service',
    what: `the container of ${service} has gone, and the debugger with it`,
    cure: `dev debug ${service}   when it runs again`,
  };
}

function endedAtOnce(service: string, { exitStatus, lastLines }: ProcessDeath): Failure {
  return {
    reason: 'service',
    what: `${service} does not start in its debugger: it ended with exit status ${String(exitStatus)}`,
    cure: 'its last lines say why; it runs without the debugger now',
    detail: lastLines,
  };
}

function silent(service: string, port: number): Failure {
  return {
    reason: 'service',
    what: `nothing of ${service} listens for a debugger`,
    why: `port ${String(port)} in its container is not open after ${String(START_LIMIT_MS / 1000)} s`,
    cure: `dev logs ${service}`,
  };
}
