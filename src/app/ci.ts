import { dirname, join } from 'node:path';
import { loadSettings } from '../definitions/load-settings.ts';
import type { Failure } from '../events/failure.ts';
import type { Progress, Report } from '../events/progress.ts';
import { unclaimedPlaces } from '../generate/instance.ts';
import { ensurePrivate } from '../generate/private-folder.ts';
import type { World } from '../ports/world.ts';
import { moduleImageReference } from '../release/keys.ts';
import type { PipelinePlan } from '../release/pipeline.ts';
import type { Sources } from '../release/sources.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { ensureEngine } from './machine/ensure-engine.ts';
import { locateRoot } from './project/locate.ts';
import { executePipeline } from './release/execute.ts';
import { ensureBases, openCommit, openRun, planRun } from './release/open-run.ts';
import { readSources, uncommitted } from './release/read-sources.ts';
import type { PipelineRun } from './release/run.ts';
import { clearRun, runLock, sweepRuns } from './release/sweep.ts';
import { commitVersion } from './version.ts';

export interface CiRequest {
  /** `--project`. */
  readonly project: string | undefined;
  /** Say what would be done, and do nothing. */
  readonly plan: boolean;
  readonly yes: boolean;
}

export interface CiOutcome {
  readonly commit: string;
  readonly version: string;
  readonly plan: PipelinePlan;
  /** Images of the modules, by module. */
  readonly images: Readonly<Record<string, string>>;
}

/** What is not committed is not built; whoever forgot it should know. */
async function noteUncommitted(root: string, world: World, report: Report): Promise<void> {
  const changed = await uncommitted(root, world);
  if (!changed.ok || changed.value.length === 0) return;
  const [first = ''] = changed.value;
  const more = changed.value.length > 1 ? ` and ${String(changed.value.length - 1)} more` : '';
  report({
    kind: 'note',
    level: 'warning',
    text: `${first}${more} not committed: not in this run`,
  });
}

interface Place {
  readonly root: string;
  readonly id: string;
  /** Absolute folder of the run. */
  readonly folder: string;
}

async function open(
  { root, id, folder }: Place,
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
  const store = await world.artifacts(unclaimedPlaces(root, world).delivery.store);
  const request = { id, folder, sources, version: version.value.version, store };
  return openRun(
    { ...request, definition: definition.value, settings: settings.value.settings },
    world,
    progress,
  );
}

/** The image of every module that runs, by module. */
function moduleImages({ project, keys }: PipelineRun): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...keys].flatMap(([name, { image }]) =>
      image === undefined ? [] : [[name, moduleImageReference(project, name, image)] as const],
    ),
  );
}

async function carryOut(
  run: PipelineRun,
  request: CiRequest,
  world: World,
): Promise<Result<CiOutcome, readonly Failure[]>> {
  const plan = await planRun(run, { checks: true }, world);
  if (!plan.ok) return fail([plan.failure]);
  const outcome: CiOutcome = {
    commit: run.sources.commit,
    version: run.version,
    plan: plan.value,
    images: moduleImages(run),
  };
  if (request.plan) return ok(outcome);
  const bases = await ensureBases(plan.value, run, request, world);
  if (!bases.ok) return bases;
  const executed = await executePipeline(plan.value, run);
  return executed.ok ? ok(outcome) : executed;
}

/**
 * Runs the pipeline of the commit that is checked out: from a clean export, in containers of its own,
 * nothing twice that was done before.
 */
export async function ci(
  request: CiRequest,
  world: World,
  progress: Progress,
): Promise<Result<CiOutcome, readonly Failure[]>> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  const sources = await readSources(root.value, world);
  if (!sources.ok) return fail([sources.failure]);
  await noteUncommitted(root.value, world, progress.report);
  if (!request.plan) {
    const engine = await ensureEngine(world, { ...request, ...progress });
    if (!engine.ok) return fail([engine.failure]);
  }
  const id = `${sources.value.commit.slice(0, 7)}-${world.clock.now().toString(36)}`;
  const { folder, runs } = unclaimedPlaces(root.value, world).delivery;
  const place = { root: root.value, id, folder: join(runs, id) };
  // Outside of the project: what it builds, or a link in it, can change nothing here.
  const own = ensurePrivate(
    [dirname(dirname(folder)), dirname(folder), folder],
    world.files,
    world.host.uid,
  );
  if (!own.ok) return fail([own.failure]);
  if (!request.plan) await sweepRuns(runs, world, progress.report);
  const made = world.files.makeDirectory(place.folder);
  if (!made.ok) return fail([made.failure]);
  const lock = await world.locks.acquire(runLock(place.folder), 'dev ci', { patienceMs: 0 });
  if (!lock.ok) return fail([lock.failure]);
  try {
    const run = await open(place, sources.value, world, progress);
    return run.ok ? await carryOut(run.value, request, world) : run;
  } finally {
    clearRun(place.folder, world);
    await lock.value.release();
    // Nothing was run, so there are no logs to keep.
    if (request.plan) world.files.remove(place.folder);
  }
}
