import type { Failure, FailureReason } from '../../events/failure.ts';
import { installTrouble } from '../../engine/install-trouble.ts';
import { concealing } from '../../util/conceal.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { stageFolder, stageSpec, type Stage, type StageSetting } from '../../release/stage.ts';
import { logPath, type PipelineRun } from './run.ts';

/** How many lines of output a failure shows. */
const KEPT_LINES = 40;
const TIMED_OUT = Symbol('timed out');

/** What a stage printed. */
export interface StageOutput {
  readonly log: string;
}

interface StageRequest {
  readonly stage: Stage;
  readonly setting: StageSetting;
  /** Id of the step, for progress and the log's name. */
  readonly step: string;
  readonly reason: FailureReason;
}

/** What programs and the engine say of a disk that is full. */
const NO_SPACE = /no space left on device|ENOSPC/i;

const fullDisk = (what: string, detail: readonly string[]): Failure => ({
  ...{ reason: 'host', what, why: 'The disk is full.', cure: 'Make room: dev clean', detail },
});

/** The engine did not run it, or went away meanwhile. */
function notRun({ stage }: StageRequest, failure: Failure): Failure {
  const what = `${stage.name} failed`;
  const { why = '' } = failure;
  if (NO_SPACE.test(why)) return fullDisk(what, [why]);
  return { ...failure, what, why: `${failure.what}: ${why}` };
}

function stageFailed(
  { stage, step, reason }: StageRequest,
  run: PipelineRun,
  ended: { readonly status: number | typeof TIMED_OUT; readonly lines: readonly string[] },
): Failure {
  const { status, lines } = ended;
  const detail = lines.filter((line) => line.trim() !== '').slice(-KEPT_LINES);
  const what = `${stage.name} failed`;
  const text = detail.join('\n');
  if (NO_SPACE.test(text)) return fullDisk(what, detail);
  const trouble = reason === 'install' ? installTrouble(text) : undefined;
  if (trouble !== undefined) return { reason, what, ...trouble, detail };
  const why =
    status === TIMED_OUT
      ? `\`${stage.run}\` did not end within ${String(stage.timeoutMs / 1000)} s, and was killed.`
      : `\`${stage.run}\` in ${stageFolder(stage)} ended with status ${String(status)}.`;
  return { reason, what, why, cure: `All of its output: ${logPath(run, step)}`, detail };
}

/**
 * Runs one command of the pipeline in a container of its own, and keeps all that it prints. The
 * container is gone afterwards, also when somebody interrupts.
 */
export async function runStage(
  request: StageRequest,
  run: PipelineRun,
): Promise<Result<StageOutput, Failure>> {
  const { stage, setting, step } = request;
  const { files, clock } = run.world;
  const lines: string[] = [];
  const { environment } = run.world.host;
  const conceal = concealing((stage.secrets ?? []).flatMap((one) => environment[one] ?? []));
  const over = new AbortController();
  const ending = AbortSignal.any([run.signal, over.signal]);
  const limit = new AbortController();
  const timer = clock
    .sleep(stage.timeoutMs, limit.signal)
    .then(() => over.abort(TIMED_OUT))
    .catch(() => undefined);
  const engine = await run.world.engine();
  const ended = await engine.runOneOff(stageSpec(stage, setting), {
    environment,
    onLine(printed) {
      const line = conceal(printed);
      lines.push(line);
      if (line.trim() !== '') run.report({ kind: 'step-progress', id: step, detail: line.trim() });
    },
    signal: ending,
  });
  limit.abort();
  await timer;
  const log = `$ ${stage.run}\n${lines.join('\n')}\n`;
  const written = files.writeAtomic(logPath(run, step), log, { flush: false });
  if (ended.ok) run.leaving.add(ended.value.gone);
  if (run.signal.aborted) {
    return fail({ reason: 'interrupted', what: `${stage.name} was interrupted` });
  }
  if (!ended.ok) return fail(notRun(request, ended.failure));
  if (ended.value.status === 0) return written.ok ? ok({ log }) : written;
  const status = over.signal.aborted ? TIMED_OUT : ended.value.status;
  return fail(stageFailed(request, run, { status, lines }));
}
