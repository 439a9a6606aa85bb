import { NO_SHELL } from '../../checks/container-shell.ts';
import { saysFailed } from '../../checks/daemon-cycles.ts';
import { plainLines } from '../../checks/diagnostics/plain-text.ts';
import { readOutput } from '../../checks/diagnostics/read-output.ts';
import { checkResult, TAIL_LINES } from '../../checks/finished-check.ts';
import { watchFirstCycle } from '../../checks/first-cycle.ts';
import type { CheckWay } from '../../checks/incremental/incremental-command.ts';
import { createOutputBuffer } from '../../checks/output-buffer.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { CheckOutcome, CheckResult } from '../../model/check-result.ts';
import type { CheckDefinition, Module } from '../../model/module.ts';
import { MOUNTED_AT } from '../../model/module.ts';
import type { CheckLogs } from '../../ports/check-logs.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ComposeCli, ComposeTarget } from '../../ports/compose-cli.ts';
import { fail, ok, type Result } from '../../util/result.ts';

export interface CompileOneRequest {
  readonly module: Module;
  readonly compile: CheckDefinition;
  readonly target: ComposeTarget;
}

export interface CompileOneParts {
  readonly compose: Pick<ComposeCli, 'run'>;
  readonly clock: Clock;
  readonly logs: CheckLogs;
  /** Whether there is such a file, relative to the project root. */
  readonly exists: (path: string) => boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly way: (module: Module, check: CheckDefinition) => CheckWay;
}

/** Of the output so much is kept in memory, at its beginning and at its end. */
const KEPT_BYTES = 1024 * 1024;
/** Lines of a failed compile that are worth seeing at once; the log has all. */
const SHOWN_LINES = 20;

/**
 * Compiles a module in a container of its own, before its service starts. A command that watches by
 * itself is ended after its first round.
 * @returns the failure for people with the result; a failure alone where the command could not run.
 */
export async function compileOne(
  { module, compile, target }: CompileOneRequest,
  { compose, clock, logs, exists, report, signal, way }: CompileOneParts,
): Promise<Result<{ readonly result: CheckResult; readonly failure?: Failure }, Failure>> {
  const step = { id: `compile:${module.name}`, label: `compile ${module.name}` };
  const startedAt = clock.steady();
  const buffer = createOutputBuffer(KEPT_BYTES, KEPT_BYTES);
  const log = logs.open(module.name, 'compile');
  const stop = new AbortController();
  const over = new AbortController();
  let ended: 'timed-out' | 'settled' | undefined;
  const end = (why: 'timed-out' | 'settled'): void => {
    ended ??= why;
    stop.abort();
  };
  const onTime = clock.sleep(compile.timeoutMs, over.signal).then(() => end('timed-out'));
  onTime.catch(() => undefined);
  const cycle = compile.daemon
    ? watchFirstCycle(clock, over.signal, () => end('settled'))
    : undefined;

  report({ kind: 'step-started', ...step });
  const { command } = way(module, compile);
  const finished = await compose.run(target, module.name, ['sh', '-c', command], {
    signal: AbortSignal.any([signal, stop.signal]),
    onLine: (line) => {
      const bytes = Buffer.from(`${line}\n`);
      buffer.push(bytes);
      log.write(bytes);
      cycle?.line(line);
      report({ kind: 'step-progress', id: step.id, detail: line.trim() });
    },
  });
  over.abort();
  const durationMs = clock.steady() - startedAt;
  const lines = buffer.tail(TAIL_LINES);
  const reading = readOutput(buffer.text(), compile, {
    modulePath: module.path,
    mountedAt: MOUNTED_AT,
    exists,
  });
  const status = finished.ok && ended === undefined ? finished.value : undefined;
  const hasFailed = (): boolean =>
    saysFailed(plainLines(buffer.text()).join('\n')) ||
    reading.diagnostics.some(({ severity }) => severity === 'error');
  const outcome = ((): CheckOutcome => {
    if (ended === 'timed-out') return 'timed-out';
    if (ended === 'settled') return hasFailed() ? 'failed' : 'passed';
    // A command that is to watch for ever and ended has failed, whatever it says.
    if (status === 0 && !compile.daemon) return 'passed';
    return lines.some((line) => SHELL_IS_MISSING.test(line)) ? 'not-run' : 'failed';
  })();
  const good = outcome === 'passed';
  report({ kind: 'step-finished', ...step, outcome: good ? 'done' : 'failed', durationMs });
  const kept = good || signal.aborted ? undefined : log.keep();
  if (kept === undefined) log.discard();
  if (!finished.ok) return finished;
  if (signal.aborted) return fail({ reason: 'interrupted', what: 'interrupted' });
  const result = checkResult({
    module: module.name,
    check: 'compile',
    run: 0,
    save: 0,
    outcome,
    exitStatus: status,
    at: clock.now(),
    durationMs,
    reading,
    tail: lines,
    log: kept,
  });
  return ok(good ? { result } : { result, failure: failureOf(result, compile) });
}

function failureOf(
  { module, outcome, exitStatus, tail }: CheckResult,
  compile: CheckDefinition,
): Failure {
  if (outcome === 'not-run') return NO_SHELL;
  const { run, timeoutMs } = compile;
  const ending = exitStatus === undefined ? 'says so' : `ended with exit status ${exitStatus}`;
  return {
    reason: 'check',
    what: `${module} does not compile`,
    why:
      outcome === 'timed-out'
        ? `${run} was not done after ${timeoutMs / 1000} s (timeout)`
        : `${run} ${ending}`,
    cure: `Mend it; ${module} compiles again on every save`,
    detail: tail.slice(-SHOWN_LINES),
  };
}

/** Told by the engine, or by the image's first process. */
const SHELL_IS_MISSING = /exec:? "?sh"?.*(?:not found|No such file)/;
