import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import { unclaimedPlaces } from '../generate/instance-places.ts';
import type { World } from '../ports/world.ts';
import { runState, type ReportRun } from '../release/report-data.ts';
import { resumedText } from '../release/resumed-run.ts';
import { trendsOf } from '../release/run-trends.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { ensureEngine } from './machine/ensure-engine.ts';
import { locateRoot } from './project/locate.ts';
import { findResumed } from './release/find-resumed.ts';
import { livingRuns, runHistory } from './release/run-history.ts';
import { runPipeline, type PipelineOutcome } from './release/run-pipeline.ts';
import { TRIALS } from './smoke.ts';
import { noteUncommitted } from './release/workspace.ts';
import { workingTreeCommit } from './release/working-tree.ts';

export interface CiRequest {
  /** `--project`. */
  readonly project: string | undefined;
  /** Say what would be done, and do nothing. */
  readonly plan: boolean;
  /** Names of steps or stages: only these, and what they need; none: all of it. */
  readonly only: readonly string[];
  /** Only where an earlier run of this commit has left something to do: that, whatever it was asked for. */
  readonly resume: boolean;
  /** The working tree instead of the commit that is checked out. */
  readonly dirty: boolean;
  readonly yes: boolean;
  /** Told what the run has done, good or not. */
  readonly onRun: (run: ReportRun) => void;
}

/** Runs the pipeline of the commit that is checked out, and tells what is left out of it; or of the working tree. */
export async function ci(
  request: CiRequest,
  world: World,
  progress: Progress,
): Promise<Result<PipelineOutcome, readonly Failure[]>> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  const tree = request.dirty ? await workingTreeCommit(root.value, world) : ok(undefined);
  if (!tree.ok) return fail([tree.failure]);
  const workingTree = tree.value;
  if (!request.dirty) {
    await noteUncommitted(root.value, world, progress.report, 'not in this run');
  }
  const resumed = request.resume
    ? await findResumed({ root: root.value, workingTree }, world, progress.signal)
    : ok(undefined);
  if (!resumed.ok) return fail([resumed.failure]);
  if (resumed.value !== undefined) {
    progress.report({ kind: 'note', level: 'info', text: resumedText(resumed.value) });
  }
  const only = resumed.value?.record.only ?? request.only;
  if (!request.plan) {
    const engine = await ensureEngine(world, { ...request, ...progress });
    if (!engine.ok) return fail([engine.failure]);
  }
  const run = { ...request, only, workingTree, root: root.value, trials: TRIALS };
  return runPipeline(run, world, progress);
}

/** The latest run that had something to do, as far as it is; undefined before the first. */
export async function latestRun(
  project: string | undefined,
  world: Pick<World, 'files' | 'host' | 'locks' | 'clock'>,
): Promise<Result<ReportRun | undefined, Failure>> {
  const root = locateRoot(world, project);
  if (!root.ok) return root;
  const { delivery } = unclaimedPlaces(root.value, world);
  const records = runHistory(delivery, world);
  const [record] = records;
  if (record === undefined) return ok(undefined);
  const living = await livingRuns([record], delivery, world);
  return ok({ record, state: runState(record, living), trends: trendsOf(record, records) });
}
