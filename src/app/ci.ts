import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import type { World } from '../ports/world.ts';
import { fail, type Result } from '../util/result.ts';
import { ensureEngine } from './machine/ensure-engine.ts';
import { locateRoot } from './project/locate.ts';
import { runPipeline, type PipelineOutcome } from './release/run-pipeline.ts';
import { TRIALS } from './smoke.ts';
import { noteUncommitted } from './release/workspace.ts';

export interface CiRequest {
  /** `--project`. */
  readonly project: string | undefined;
  /** Say what would be done, and do nothing. */
  readonly plan: boolean;
  readonly yes: boolean;
}

/** Runs the pipeline of the commit that is checked out, and tells what is left out of it. */
export async function ci(
  request: CiRequest,
  world: World,
  progress: Progress,
): Promise<Result<PipelineOutcome, readonly Failure[]>> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  await noteUncommitted(root.value, world, progress.report, 'not in this run');
  if (!request.plan) {
    const engine = await ensureEngine(world, { ...request, ...progress });
    if (!engine.ok) return fail([engine.failure]);
  }
  return runPipeline({ ...request, root: root.value, trials: TRIALS }, world, progress);
}
