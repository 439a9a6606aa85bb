import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import { unclaimedPlaces } from '../generate/instance.ts';
import type { World } from '../ports/world.ts';
import { runState, type ReportRun } from '../release/report-data.ts';
import { resumedRun, resumedText, type ResumedRun } from '../release/resumed-run.ts';
import { trendsOf } from '../release/run-trends.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { ensureEngine } from './machine/ensure-engine.ts';
import { locateRoot } from './project/locate.ts';
import { livingRuns, runHistory } from './release/run-history.ts';
import { runPipeline, type PipelineOutcome } from './release/run-pipeline.ts';
import { TRIALS } from './smoke.ts';
import { noteUncommitted } from './release/workspace.ts';
import { workingTreeCommit } from './release/working-tree.ts';
import { readSources } from './release/read-sources.ts';

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

/**
 * The run that `--resume` goes on with. Every run goes on where others were: what is asked here is whether
 * there is one, so that nobody begins anew who means to go on.
 */
async function findResumed(
  root: string,
  workingTree: string | undefined,
  world: World,
): Promise<Result<ResumedRun, Failure>> {
  const sources = await readSources(root, world, workingTree);
  if (!sources.ok) return sources;
  const { commit } = sources.value;
  const { delivery } = unclaimedPlaces(root, world);
  const records = runHistory(delivery, world);
  const living = await livingRuns(records, delivery, world);
  const found = resumedRun(records, living, commit);
  if (found !== undefined && found.state !== 'running') return ok(found);
  const of = commit.slice(0, 7);
  const what = 'there is nothing to resume';
  if (found !== undefined) {
    const why = `the run of ${of} goes on`;
    return fail({ reason: 'usage', what, why, cure: 'dev ci show --follow; dev ci waits for it' });
  }
  const [latest] = records;
  const isBegun = records.some((one) => one.commit === commit);
  const other =
    latest === undefined || isBegun ? '' : `, the latest is of ${latest.commit.slice(0, 7)}`;
  const why = isBegun ? `what was begun of ${of} is done` : `no run of ${of} was begun${other}`;
  return fail({ reason: 'usage', what, why, cure: 'dev ci: what is done already is kept anyway' });
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
    ? await findResumed(root.value, workingTree, world)
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
