import { loadSettings } from '../../definitions/load-settings.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { unclaimedPlaces } from '../../generate/instance-places.ts';
import type { World } from '../../ports/world.ts';
import { askable, chosenSteps } from '../../release/chosen-steps.ts';
import type { PipelinePlan, PipelineStep } from '../../release/pipeline-plan.ts';
import type { ReportRun } from '../../release/report-data.ts';
import type { RecordedVerdict } from '../../release/run-record.ts';
import type { Sources } from '../../release/sources.ts';
import type { Version } from '../../release/version.ts';
import { didYouMean } from '../../util/did-you-mean.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { refusePodmanPipeline } from '../machine/podman.ts';
import { agreeToReaches } from '../trust/agree-program.ts';
import { stageReaches } from '../trust/program-reaches.ts';
import { executePipeline } from './execute.ts';
import { keptVerdicts } from './gates.ts';
import { imageSizes, type ImageSize } from './image-sizes.ts';
import { lintsBefore, tellLintsBefore } from './lints-before.ts';
import { commitVersion } from './commit-version.ts';
import { moduleImages } from './module-images.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { ensureBases, openCommit, openRun, planRun } from './open-run.ts';
import { readSources } from './read-sources.ts';
import { stageNamed, type PipelineRun } from './run.ts';
import { sweepRuns, sweepTurns, turnOf } from './sweep.ts';
import { RunRecorder } from './run-recorder.ts';
import type { Trials } from './trials.ts';
import { inWorkspace, type CommitWorkspace } from './workspace.ts';

export interface PipelineRunRequest {
  /** The project's folder. */
  readonly root: string;
  /** Say what would be done, and do nothing. */
  readonly plan: boolean;
  /** Names of steps or stages: only these, and what they need. None or absent: all of it. */
  readonly only?: readonly string[];
  readonly yes: boolean;
  /** A commit of the working tree, instead of the one that is checked out. */
  readonly workingTree?: string | undefined;
  /** How images are tried; without it they have their names at once. */
  readonly trials?: Trials;
  /** Told what it has done, good or not, where something had to be done. */
  readonly onRun?: (run: ReportRun) => void;
}

/** What a run came to. */
export interface PipelineOutcome {
  readonly commit: string;
  readonly version: string;
  readonly plan: PipelinePlan;
  /** Images of the modules, by module. */
  readonly images: Readonly<Record<string, string>>;
  /** Of those that are made. */
  readonly sizes: Readonly<Record<string, ImageSize>>;
  /** What their gates say, by module, now or when they were looked at. */
  readonly gates: Readonly<Record<string, readonly RecordedVerdict[]>>;
  /** What it did, when, and what that usually takes; undefined where nothing had to be done. */
  readonly run?: ReportRun;
}

/** The commit alone is built, whatever lies around it in the working tree. */
function cleanVersion({ version, dirty }: Version): string {
  return dirty ? version.replace(/\.dirty$/, '') : version;
}

/** Of the working tree it says so, also where all that differs was never added. */
function versionText(version: Version, { isWorkingTree = false }: Sources): string {
  return isWorkingTree ? `${cleanVersion(version)}.dirty` : cleanVersion(version);
}

async function open(
  { root, id, folder }: CommitWorkspace,
  { yes, trials }: PipelineRunRequest,
  sources: Sources,
  world: World,
  progress: Progress,
): Promise<Result<PipelineRun, readonly Failure[]>> {
  const version = await commitVersion(root, world);
  if (!version.ok) return fail([version.failure]);
  const definition = await openCommit(sources, { root, folder }, world);
  if (!definition.ok) return definition;
  const settings = loadSettings(definition.value.project, { ...world, write: false });
  if (!settings.ok) return settings;
  const { delivery } = unclaimedPlaces(root, world);
  const store = await world.artifacts(delivery.store);
  const { certificates } = delivery;
  const request = {
    ...{ root, yes, trials, recorder: new RunRecorder(delivery.history, world) },
    id,
    folder,
    certificates,
    sources,
    version: versionText(version.value, sources),
    store,
  };
  return openRun(
    { ...request, definition: definition.value, settings: settings.value.settings },
    world,
    progress,
  );
}

/** Hash of all that a check or a stage looks at. */
function stepKey({ action }: PipelineStep, { keys, stages }: PipelineRun): string | undefined {
  if (action.kind === 'check') return keys.get(action.module)?.checks.get(action.check);
  if (action.kind !== 'stage') return undefined;
  return stageNamed({ stages }, action.stage).key;
}

/** Of the plan what was asked for by name; a name that nothing has is told. */
function chosenOf(
  plan: PipelinePlan,
  names: readonly string[],
  run: PipelineRun,
): Result<PipelinePlan, Failure> {
  const known = askable(plan, run);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return ok(chosenSteps(plan, names));
  const near = known.filter((name) => name.includes(':') === unknown.includes(':'));
  return fail({
    reason: 'usage',
    what: `the pipeline has no stage ${unknown}`,
    cure: didYouMean(unknown, near, 'Stages are'),
  });
}

/** Refused before anything is recorded as a run. */
async function ableToRun(
  { steps }: PipelinePlan,
  world: Pick<World, 'engine'>,
): Promise<Result<void, readonly Failure[]>> {
  if (steps.length === 0) return ok(undefined);
  const version = await (await world.engine()).version();
  if (!version.ok) return fail([version.failure]);
  const refused = refusePodmanPipeline(version.value);
  return refused.length > 0 ? fail(refused) : ok(undefined);
}

async function carryOut(
  run: PipelineRun,
  request: PipelineRunRequest,
  world: World,
): Promise<Result<PipelineOutcome, readonly Failure[]>> {
  const all = await planRun(run, { checks: true }, world);
  if (!all.ok) return fail([all.failure]);
  const { only = [] } = request;
  const plan = chosenOf(all.value, only, run);
  if (!plan.ok) return fail([plan.failure]);
  const outcome: PipelineOutcome = {
    commit: run.sources.commit,
    version: run.version,
    plan: plan.value,
    images: Object.fromEntries(moduleImages(run)),
    sizes: {},
    gates: {},
  };
  const kept = await keptVerdicts(plan.value, run);
  if (!kept.ok) return fail([kept.failure]);
  if (request.plan) {
    const told = await tellLintsBefore(plan.value, run, request, world);
    return told.ok ? ok({ ...outcome, gates: run.recorder.allVerdicts }) : told;
  }
  const able = await ableToRun(plan.value, world);
  if (!able.ok) return able;
  const { id, project, version, sources, recorder } = run;
  const startedAtMs = world.clock.now();
  const { commit } = sources;
  const facts = { id, project, commit, version, startedAtMs };
  const part = only.length === 0 ? {} : { only: [...only] };
  recorder.begin({ ...facts, ...part }, plan.value, (step) => stepKey(step, run));
  const executed = await execute(plan.value, run, request, world);
  recorder.end(executed);
  const done = recorder.run;
  if (done !== undefined) request.onRun?.(done);
  if (!executed.ok) return executed;
  const sizes = await imageSizes(run, world);
  if (!sizes.ok) return fail([sizes.failure]);
  const gates = recorder.allVerdicts;
  return ok({ ...outcome, sizes: sizes.value, gates, ...(done && { run: done }) });
}

async function execute(
  plan: PipelinePlan,
  run: PipelineRun,
  request: PipelineRunRequest,
  world: World,
): Promise<Result<void, readonly Failure[]>> {
  const reaches = plan.steps.flatMap(({ action }) =>
    action.kind === 'stage'
      ? stageReaches(stageNamed(run, action.stage).definition, undefined)
      : [],
  );
  const { root, report } = run;
  const agreed = await agreeToReaches({ root, context: 'dev', reaches }, world, report);
  if (!agreed.ok) return agreed;
  const bases = await ensureBases(plan, run, request, world);
  if (!bases.ok) return bases;
  const before = await lintsBefore(plan, run, request, world);
  return before.ok ? executePipeline(plan, { ...run, lintsBefore: before.value }) : before;
}

/**
 * Runs the pipeline of the commit that is checked out: from a clean export, in containers of its own,
 * nothing twice that was done before.
 */
export function runPipeline(
  request: PipelineRunRequest,
  world: World,
  progress: Progress,
): Promise<Result<PipelineOutcome, readonly Failure[]>> {
  return runPipelineThen(request, world, progress, (_run, outcome) => Promise.resolve(ok(outcome)));
}

/**
 * The same; with what came of it, if it was good, something is done while its export is there. A second
 * run of the same commit waits for the first, and finds its work done.
 */
export async function runPipelineThen<T>(
  request: PipelineRunRequest,
  world: World,
  progress: Progress,
  then: (run: PipelineRun, outcome: PipelineOutcome) => Promise<Result<T, readonly Failure[]>>,
): Promise<Result<T, readonly Failure[]>> {
  const { root, workingTree } = request;
  const read = await readSources(root, world, workingTree);
  if (!read.ok) return fail([read.failure]);
  const sources = { ...read.value, isWorkingTree: workingTree !== undefined };
  const place = { root, sources, keepsLogs: !request.plan };
  const work = () =>
    inWorkspace(place, world, async (workspace) => {
      const run = await open(workspace, request, sources, world, progress);
      if (!run.ok) return run;
      const outcome = await carryOut(run.value, request, world);
      return outcome.ok ? then(run.value, outcome.value) : outcome;
    });
  if (request.plan) return work();
  const turn = { root, what: turnOf(sources), purpose: 'dev ci' };
  return oneAtATime(turn, world, progress, async () => {
    const swept = await sweep(request, world, progress);
    return swept.ok ? work() : fail([swept.failure]);
  });
}

/** Removes what runs left that were killed. */
async function sweep(
  { root, trials }: PipelineRunRequest,
  world: World,
  { report }: Progress,
): Promise<Result<void, Failure>> {
  const { folder, runs, store } = unclaimedPlaces(root, world).delivery;
  await sweepTurns(folder, world);
  await sweepRuns({ runs, trials }, world, report);
  const swept = await (await world.artifacts(store)).sweep();
  return swept.ok ? ok(undefined) : swept;
}
