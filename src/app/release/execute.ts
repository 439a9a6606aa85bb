import { runPlan } from '../../engine/run-plan.ts';
import { byUrgency } from '../../engine/urgency.ts';
import type { Failure } from '../../events/failure.ts';
import type { PipelinePlan, PipelineStep } from '../../release/pipeline-plan.ts';
import { fail, type Result } from '../../util/result.ts';
import type { PipelineRun } from './run.ts';
import { runPipelineStep } from './steps.ts';

/** What a step is taken to last that never ran: then the number of those behind it decides. */
const UNKNOWN_MS = 5_000;

function label({ id }: PipelineStep): string {
  return id.replace(':', ' ');
}

/** A stage that is given the person's secrets or proxies may print them: that stays with its log. */
function keepsLines({ action }: PipelineStep, { stages }: PipelineRun): boolean {
  if (action.kind !== 'stage') return true;
  return stages.every(
    ({ definition: { name, network, secrets } }) =>
      name !== action.stage || (!network && secrets.length === 0),
  );
}

async function timed(
  step: PipelineStep,
  run: PipelineRun,
): Promise<Result<void, readonly Failure[]>> {
  const { report, world } = run;
  const startedAtMs = world.clock.steady();
  const usualMs = run.recorder.usualMs(step.id);
  const usual = usualMs === undefined ? {} : { usualMs };
  report({ kind: 'step-started', id: step.id, label: label(step), ...usual });
  run.recorder.started(step.id);
  const done = await runPipelineStep(step.action, run);
  run.recorder.ended(step.id, done, { keepsLines: keepsLines(step, run) });
  report({
    kind: 'step-finished',
    id: step.id,
    label: label(step),
    outcome: done.ok ? 'done' : 'failed',
    durationMs: world.clock.steady() - startedAtMs,
  });
  return done.ok ? done : fail([done.failure]);
}

/**
 * Runs the steps of a plan, as much at once as there are cores for. What needs a step that failed is
 * not begun; all else is, so that one run tells all.
 */
export async function executePipeline(
  { steps }: PipelinePlan,
  run: PipelineRun,
): Promise<Result<void, readonly Failure[]>> {
  const schedulable = steps.map((step) => ({ ...step, after: [], weight: 1 }));
  const done = await runPlan({
    steps: byUrgency(schedulable, ({ id }) => run.recorder.usualMs(id) ?? UNKNOWN_MS),
    capacity: { cores: run.world.host.cores },
    perform: (ready) => new Map(ready.map((step) => [step, timed(step, run)])),
    onCancelled: () => undefined,
    signal: run.signal,
  });
  await Promise.all(run.leaving);
  return done;
}
