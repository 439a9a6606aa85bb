import pLimit from 'p-limit';
import type { Failure } from '../../events/failure.ts';
import type { PipelinePlan, PipelineStep } from '../../release/pipeline.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { PipelineRun } from './run.ts';
import { runPipelineStep } from './steps.ts';

function label({ id }: PipelineStep): string {
  return id.replace(':', ' ');
}

async function timed(step: PipelineStep, run: PipelineRun): Promise<Result<void, Failure>> {
  const { report, world } = run;
  const startedAtMs = world.clock.now();
  report({ kind: 'step-started', id: step.id, label: label(step) });
  const done = await runPipelineStep(step.action, run);
  report({
    kind: 'step-finished',
    id: step.id,
    label: label(step),
    outcome: done.ok ? 'done' : 'failed',
    durationMs: world.clock.now() - startedAtMs,
  });
  return done;
}

/**
 * Runs the steps of a plan, each when those that it needs are done, as many at once as there are
 * cores. What needs a step that failed is not begun; all else is, so that one run tells all.
 */
export async function executePipeline(
  { steps }: PipelinePlan,
  run: PipelineRun,
): Promise<Result<void, readonly Failure[]>> {
  const limit = pLimit(Math.max(1, run.world.host.cores));
  const failures: Failure[] = [];
  const outcomes = new Map<string, Promise<boolean>>();
  for (const step of steps) {
    // The plan is in an order in which they could be done one by one: what is needed is there.
    const needs = step.needs.map((id) => outcomes.get(id) ?? Promise.resolve(true));
    const begin = async (): Promise<boolean> => {
      const before = await Promise.all(needs);
      if (before.includes(false) || run.signal.aborted) return false;
      const done = await limit(() => timed(step, run));
      if (!done.ok) failures.push(done.failure);
      return done.ok;
    };
    outcomes.set(step.id, begin());
  }
  await Promise.all(outcomes.values());
  const interrupted = failures.find(({ reason }) => reason === 'interrupted');
  if (interrupted !== undefined || run.signal.aborted) {
    return fail([interrupted ?? { reason: 'interrupted', what: 'The run was interrupted' }]);
  }
  return failures.length === 0 ? ok(undefined) : fail(failures);
}
