import { checkCommand } from './check-command.ts';
import type { CheckResult } from '../model/check-result.ts';
import type { CheckKind } from '../model/checks.ts';
import type { Clock } from '../ports/clock.ts';
import { withoutShell } from './check-runner.ts';
import type { CheckRunRequest, CheckRunner, RunEnd, RunnerParts } from './check-runner.ts';
import { saysFailed } from './daemon-cycles.ts';
import { lastLines } from './output-buffer.ts';
import { checkResult, TAIL_LINES } from './finished-check.ts';
import { startDaemon } from './daemon-process.ts';
import type { Cycle } from './cycle-reader.ts';
import type { DaemonProcess } from './daemon-process.ts';
import { readOutput } from './diagnostics/read-output.ts';
import { plainLines } from './diagnostics/plain-text.ts';

/** A daemon that has not begun a cycle by then sees nothing to do in this save. */
const BEGIN_LIMIT_MS = 1_500;

export interface DaemonRunner extends CheckRunner {
  /** Ends the daemons of checks that are not among these: switched off, or none any more. */
  retain(checks: readonly { readonly module: string; readonly kind: CheckKind }[]): Promise<void>;
  /** Ends all daemons. */
  close(): Promise<void>;
}

/**
 * Runs of checks that watch by themselves. The command is started with the first run and stays; a
 * run is the cycle with which it answers a save. Cancelling a run leaves the command alone.
 */
export function createDaemonRunner(parts: RunnerParts): DaemonRunner {
  const { pool, clock } = parts;
  const daemons = new Map<string, DaemonProcess>();
  /** Newest cycle of each that is some run's result. */
  const taken = new Map<string, number>();

  async function run(request: CheckRunRequest, signal: AbortSignal): Promise<RunEnd> {
    const key = `${request.module.name}.${request.check.kind}`;
    const startedAt = clock.now();
    const startedMs = clock.steady();
    const running = daemons.get(key);
    const fits =
      running?.ended === undefined &&
      running?.containerId === request.place.containerId &&
      running.command === checkCommand(request.check);
    if (running !== undefined && !fits) await running.stop();
    const daemon = fits ? running : await start(key, request);
    if ('kind' in daemon) return daemon;
    if (fits) daemon.serve(request);
    request.onStart();
    // It may have noticed the save before we did. One that just was started has seen every file.
    const since = fits ? (request.changedAt ?? startedAt) : 0;
    const giveUp = new AbortController();
    const over = AbortSignal.any([signal, giveUp.signal]);
    const late = clock.sleep(request.check.timeoutMs, over).then(() => 'timed-out' as const);
    const answer = await Promise.race([
      answerOf(daemon, { taken: taken.get(key) ?? 0, since }, clock, over),
      late.catch(() => 'cancelled' as const),
    ]);
    giveUp.abort();
    const durationMs = clock.steady() - startedMs;
    if (signal.aborted || answer === 'cancelled') return { kind: 'cancelled', durationMs };
    if (daemon.ended === 'lost') {
      daemons.delete(key);
      await daemon.stop();
      return { kind: 'lost', durationMs, failure: ENDED };
    }
    const hasAnswered =
      typeof answer === 'object' &&
      answer.number > (taken.get(key) ?? 0) &&
      answer.beganAt >= since;
    // It ended as the save came (killed, perhaps): that says nothing of the save. A new one will.
    if (fits && daemon.ended !== undefined && !hasAnswered) return run(request, signal);
    const result = resultOf(parts, request, daemon, answer, durationMs);
    if (answer === 'timed-out') {
      daemons.delete(key);
      await daemon.stop();
    } else if (answer !== undefined) {
      taken.set(key, answer.number);
    }
    return { kind: 'finished', result };
  }

  async function start(key: string, request: CheckRunRequest): Promise<DaemonProcess | RunEnd> {
    const shell = await pool.acquire(request.place.containerId);
    if (!shell.ok) return withoutShell(shell.failure);
    const openLog = () => parts.logs.open(request.module.name, request.check.kind);
    const daemon = startDaemon({ pool, clock, openLog }, shell.value, request);
    daemons.set(key, daemon);
    taken.delete(key);
    return daemon;
  }

  return {
    run,
    retain: async (checks) => {
      const wanted = new Set(checks.map(({ module, kind }) => `${module}.${kind}`));
      const over = [...daemons].filter(([key]) => !wanted.has(key));
      for (const [key] of over) daemons.delete(key);
      await Promise.all(over.map(([, daemon]) => daemon.stop()));
    },
    close: async () => {
      await Promise.all([...daemons.values()].map((daemon) => daemon.stop()));
      daemons.clear();
    },
  };
}

/** The cycle that answers: a new one that ends, or the last one when none begins. */
async function answerOf(
  daemon: DaemonProcess,
  /** The newest cycle that is another run's result, and from when on one has seen all files. */
  { taken, since }: { readonly taken: number; readonly since: number },
  clock: Clock,
  over: AbortSignal,
): Promise<Cycle | undefined> {
  let waitedFrom = clock.steady();
  for (;;) {
    const { cycle, ended } = daemon;
    const fresh = cycle !== undefined && cycle.number > taken && cycle.beganAt >= since;
    if (fresh && cycle.endedAt !== undefined) return cycle;
    if (ended !== undefined) return cycle;
    const idle = cycle?.endedAt !== undefined;
    if (idle && !fresh) {
      const leftMs = waitedFrom + BEGIN_LIMIT_MS - clock.steady();
      if (leftMs <= 0) return cycle;
      await Promise.race([daemon.next(), clock.sleep(leftMs, over)]);
    } else {
      await Promise.race([daemon.next(), clock.sleep(60_000, over)]);
      // A cycle of an older save was under way: from its end on there may be a new one.
      waitedFrom = clock.steady();
    }
  }
}

function resultOf(
  parts: RunnerParts,
  request: CheckRunRequest,
  daemon: DaemonProcess,
  answer: Cycle | 'timed-out' | undefined,
  durationMs: number,
): CheckResult {
  const { module, check, place, run, save } = request;
  const text = daemon.cycle?.text ?? '';
  const reading = readOutput(text, check, {
    modulePath: module.path,
    mountedAt: place.mountedAt,
    exists: parts.exists,
  });
  const bad =
    // A command that is to watch for ever and ended has failed, whatever it says.
    daemon.ended !== undefined ||
    saysFailed(plainLines(text).join('\n')) ||
    (reading.tests?.failed ?? 0) > 0 ||
    reading.diagnostics.some(({ severity }) => severity === 'error');
  const outcome = answer === 'timed-out' ? 'timed-out' : bad ? 'failed' : 'passed';
  return checkResult({
    module: module.name,
    check: check.kind,
    run,
    save,
    outcome,
    exitStatus: typeof daemon.ended === 'number' ? daemon.ended : undefined,
    at: parts.clock.now(),
    durationMs,
    reading,
    tail: lastLines(text.trimEnd(), TAIL_LINES),
    log: outcome === 'passed' ? undefined : daemon.keepLog(),
  });
}

const ENDED = {
  reason: 'check',
  what: 'the watching command’s container or shell ended',
} as const;
