import { StringDecoder } from 'node:string_decoder';
import type { Failure } from '../events/failure.ts';
import type { CheckResult } from '../model/check-result.ts';
import type { CheckDefinition, Module } from '../model/module.ts';
import type { CheckLogs } from '../ports/check-logs.ts';
import type { Clock } from '../ports/clock.ts';
import { isIncapable } from './container-shell.ts';
import type { ContainerShell, StartedCheck } from './container-shell.ts';
import type { CheckWay } from './incremental/incremental-command.ts';
import { readOutput } from './diagnostics/read-output.ts';
import { checkResult, TAIL_LINES } from './finished-check.ts';
import { createOutputBuffer } from './output-buffer.ts';
import { createOutputRelay } from './output-relay.ts';
import type { ShellPool } from './shell-pool.ts';

/** Of the output so much is kept in memory, for its diagnostics and its last lines. */
const HEAD_BYTES = 1024 * 1024;
const TAIL_BYTES = 1024 * 1024;

/** Where a module's checks run. */
export interface CheckPlace {
  readonly containerId: string;
  /** How often the container had ended by then: one that was started again is another place. */
  readonly deaths: number;
  /** The module's folder in the container, absolute. */
  readonly directory: string;
  /** Where the project's root is mounted there. */
  readonly mountedAt: string;
}

export interface CheckRunRequest {
  readonly module: Module;
  readonly check: CheckDefinition;
  readonly place: CheckPlace;
  readonly run: number;
  readonly save: number;
  /** Epoch milliseconds of the last change of a file of that save; undefined where none caused it. */
  readonly changedAt: number | undefined;
  /** The command runs now; undefined: one that watches by itself has begun anew. */
  readonly onStart: (way?: CheckWay) => void;
  /** A piece of its output, at most some dozens a second; `truncated` while a flood is thinned. */
  readonly onOutput: (text: string, truncated: boolean) => void;
}

/**
 * How a run ended. `lost`: its container or shell went, so it says nothing of the code.
 * `impossible`: the container has not what checks need, and trying again is of no use.
 */
export type RunEnd =
  | { readonly kind: 'finished'; readonly result: CheckResult }
  | { readonly kind: 'cancelled'; readonly durationMs: number }
  | { readonly kind: 'lost'; readonly durationMs: number; readonly failure: Failure }
  | { readonly kind: 'impossible'; readonly failure: Failure };

/** A run that got no shell. */
export function withoutShell(failure: Failure): RunEnd {
  return isIncapable(failure)
    ? { kind: 'impossible', failure }
    : { kind: 'lost', durationMs: 0, failure };
}

export interface CheckRunner {
  /** Runs a check. Aborted, it resolves once nothing of the command runs any more. */
  run(request: CheckRunRequest, signal: AbortSignal): Promise<RunEnd>;
}

export interface RunnerParts {
  readonly pool: ShellPool;
  readonly clock: Clock;
  readonly logs: CheckLogs;
  /** Whether there is such a file, relative to the project root. */
  readonly exists: (path: string) => boolean;
  /** How a check is run: as it is written, or so that only what changed is looked at. */
  readonly way: (module: Module, check: CheckDefinition) => CheckWay;
}

export function createCheckRunner(parts: RunnerParts): CheckRunner {
  return {
    run: async (request, signal) => {
      const first = await runOnce(parts, request, signal);
      // A shell that was killed under a check says nothing of the check: once more, in a new one.
      return first.kind === 'lost' && !signal.aborted ? runOnce(parts, request, signal) : first;
    },
  };
}

async function runOnce(
  parts: RunnerParts,
  request: CheckRunRequest,
  signal: AbortSignal,
): Promise<RunEnd> {
  const { pool, clock, logs } = parts;
  const { place, check, module } = request;
  const shell = await pool.acquire(place.containerId);
  const startedAt = clock.steady();
  if (!shell.ok) return withoutShell(shell.failure);
  if (signal.aborted) {
    pool.release(place.containerId, shell.value);
    return { kind: 'cancelled', durationMs: 0 };
  }

  const way = parts.way(module, check);
  const buffer = createOutputBuffer(HEAD_BYTES, TAIL_BYTES);
  const log = logs.open(module.name, check.kind);
  const decoder = new StringDecoder('utf8');
  const relay = createOutputRelay(clock, request.onOutput);
  const over = new AbortController();
  let started: StartedCheck | undefined;
  let ended: 'timed-out' | 'cancelled' | undefined;

  const stop = (why: 'timed-out' | 'cancelled'): void => {
    if (ended !== undefined || over.signal.aborted) return;
    ended = why;
    // Not begun yet: it is stopped when it tells its number.
    if (started !== undefined) void pool.kill(place.containerId, started);
  };
  const onAbort = (): void => stop('cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  pool.watch(place.containerId, shell.value, over.signal);
  clock.sleep(check.timeoutMs, over.signal).then(
    () => stop('timed-out'),
    () => undefined,
  );

  const end = await shell.value.check({
    command: way.command,
    directory: place.directory,
    onStart: (now) => {
      started = now;
      if (ended === undefined) request.onStart(way);
      else void pool.kill(place.containerId, now);
    },
    onOutput: (bytes) => {
      buffer.push(bytes);
      log.write(bytes);
      relay.push(decoder.write(bytes));
    },
  });
  const durationMs = clock.steady() - startedAt;
  over.abort();
  signal.removeEventListener('abort', onAbort);
  relay.end();
  const tidied = giveBack(pool, place.containerId, shell.value, started, ended !== undefined);
  // A result is not kept waiting for strays; an end that we brought about is only one when seen.
  if (ended !== undefined) await tidied;

  if (ended === 'cancelled') {
    log.discard();
    return { kind: 'cancelled', durationMs };
  }
  if (end.kind === 'lost') {
    log.discard();
    return { kind: 'lost', durationMs, failure: LOST };
  }
  if (started === undefined) {
    log.discard();
    return { kind: 'lost', durationMs, failure: noFolder(place) };
  }
  const outcome = ended ?? (end.status === 0 ? 'passed' : 'failed');
  const kept = outcome === 'passed' ? undefined : log.keep();
  if (outcome === 'passed') log.discard();
  const reading = readOutput(buffer.text(), check, {
    modulePath: module.path,
    mountedAt: place.mountedAt,
    exists: parts.exists,
  });
  return {
    kind: 'finished',
    result: checkResult({
      module: module.name,
      check: check.kind,
      run: request.run,
      save: request.save,
      outcome,
      exitStatus: end.status,
      at: clock.now(),
      durationMs,
      reading,
      tail: buffer.tail(TAIL_LINES),
      log: kept,
    }),
  };
}

/**
 * What the command left behind is ended before the shell is used again: it would write into it. What
 * detached itself may stay after an end of its own (a build daemon), not after one that we made.
 */
async function giveBack(
  pool: ShellPool,
  containerId: string,
  shell: ContainerShell,
  started: StartedCheck | undefined,
  detached: boolean,
): Promise<void> {
  if (started !== undefined) await pool.kill(containerId, started, { grace: false, detached });
  pool.release(containerId, shell);
}

const LOST: Failure = {
  reason: 'check',
  what: 'the shell that the check ran in was ended twice',
  why: 'its container stopped, or something in it kills shells',
};

function noFolder(place: CheckPlace): Failure {
  return {
    reason: 'check',
    what: `no folder ${place.directory} in the container`,
    why: 'the module’s folder is gone, or was made again while the container kept the old one',
    cure: 'restart the service if the folder is there on the host',
  };
}
