import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import { unclaimedPlaces } from '../generate/instance.ts';
import type { World } from '../ports/world.ts';
import {
  findRelease,
  releasesOf,
  type LedgerEvent,
  type Release,
  type ReleaseState,
  type Repository,
} from '../release/release.ts';
import { IMAGE_KEY_LABEL } from '../release/module-image.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { ensureEngine } from './machine/ensure-engine.ts';
import { locateRoot } from './project/locate.ts';
import { appendLedger, readLedger } from './release/ledger.ts';
import { oneAtATime } from './release/one-at-a-time.ts';
import { documentProblems, releaseRun, type Released } from './release/publish-run.ts';
import { registryProblems, takeOver } from './release/push.ts';
import { runPipelineThen } from './release/run-pipeline.ts';
import { TRIALS } from './smoke.ts';
import { noteUncommitted } from './release/workspace.ts';

export interface ReleaseCommand {
  /** `--project`. */
  readonly project: string | undefined;
  readonly yes: boolean;
}

const RELEASE = { what: 'release', purpose: 'dev release' };
const PROMOTE = { what: 'release', purpose: 'dev promote' };

/** Runs the pipeline of the commit that is checked out, and publishes what comes of it. */
export async function release(
  request: ReleaseCommand,
  world: World,
  progress: Progress,
): Promise<Result<Released, readonly Failure[]>> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  await noteUncommitted(root.value, world, progress.report, 'not in this release');
  const engine = await ensureEngine(world, { ...request, ...progress });
  if (!engine.ok) return fail([engine.failure]);
  return oneAtATime({ root: root.value, ...RELEASE }, world, progress, () =>
    runPipelineThen(
      { ...request, root: root.value, plan: false, trials: TRIALS },
      world,
      progress,
      (run) => releaseRun({ run, registry: run.registry }, world, progress),
    ),
  );
}

export interface Ledger {
  readonly root: string;
  /** Oldest first. */
  readonly events: readonly LedgerEvent[];
  /** Newest first. */
  readonly releases: readonly ReleaseState[];
}

/** Reads what has been released. */
export async function ledgerOf(
  project: string | undefined,
  world: World,
): Promise<Result<Ledger, Failure>> {
  const root = locateRoot(world, project);
  if (!root.ok) return root;
  const events = await readLedger(root.value, world);
  if (!events.ok) return events;
  return ok({ root: root.value, events: events.value, releases: releasesOf(events.value) });
}

function unknownRelease(version: string | undefined, { releases }: Ledger): Failure {
  const newest = releases.slice(0, 5).map(({ release: { version: one } }) => one);
  return {
    reason: 'usage',
    what: version === undefined ? 'nothing is released yet' : `there is no release ${version}`,
    cure: newest.length === 0 ? 'dev release' : `There are ${newest.join(', ')}`,
  };
}

/** The release of a version; the newest where none is named. */
export async function oneRelease(
  project: string | undefined,
  version: string | undefined,
  world: World,
): Promise<Result<ReleaseState & { readonly root: string }, Failure>> {
  const ledger = await ledgerOf(project, world);
  if (!ledger.ok) return ledger;
  const found = findRelease(ledger.value.releases, version);
  return found === undefined
    ? fail(unknownRelease(version, ledger.value))
    : ok({ ...found, root: ledger.value.root });
}

/** From a running container, or an image, to the release that it is of. */
export async function releaseOfImage(
  project: string | undefined,
  name: string,
  world: World,
): Promise<Result<ReleaseState, Failure>> {
  const ledger = await ledgerOf(project, world);
  if (!ledger.ok) return ledger;
  const labels = await (await world.engine()).labelsOf(name);
  if (!labels.ok) return labels;
  const key = labels.value?.[IMAGE_KEY_LABEL] ?? '';
  if (labels.value === undefined) {
    return fail({
      reason: 'usage',
      what: `there is no container or image ${name}`,
      cure: 'docker ps',
    });
  }
  const found = ledger.value.releases.find(({ release: { images } }) =>
    Object.values(images).some((image) => image.key === key),
  );
  if (found !== undefined) return ok(found);
  const why = key === '' ? 'no pipeline made it' : 'the pipeline made it, and nobody released it';
  return fail({ reason: 'usage', what: `${name} is of no release`, why });
}

/** Takes a release into the other repository, by digest; nothing is built. */
export async function promote(
  request: { readonly project: string | undefined; readonly version: string | undefined },
  world: World,
  progress: Progress,
): Promise<Result<Released, readonly Failure[]>> {
  const state = await oneRelease(request.project, request.version, world);
  if (!state.ok) return fail([state.failure]);
  const { release: promoted, root, promotedAt } = state.value;
  return oneAtATime<Released>({ root, ...PROMOTE }, world, progress, async () => {
    const problems = await verifyIn(promoted, root, ['integration'], world);
    if (problems.length > 0) return fail(problems);
    const taken = promoted.registry === undefined ? ok(undefined) : await takeOver(promoted, world);
    if (!taken.ok) return fail([taken.failure]);
    if (promotedAt !== undefined) return ok({ release: promoted, already: true });
    const at = new Date(world.clock.now()).toISOString();
    const told = await appendLedger(root, { kind: 'promoted', at, release: promoted }, world);
    return told.ok ? ok({ release: promoted, already: false }) : fail([told.failure]);
  });
}

async function localProblems(
  { images, project, tag }: Release,
  world: World,
): Promise<readonly Failure[]> {
  const engine = await world.engine();
  const problems: Failure[] = [];
  for (const [name, { id }] of Object.entries(images)) {
    const reference = `${project}/${name}:${tag}`;
    const there = await engine.imageId(reference);
    if (!there.ok) return [there.failure];
    if (there.value === id) continue;
    const what =
      there.value === undefined
        ? `${reference} is not there`
        : `${reference} is not what was released`;
    problems.push({ reason: 'files', what, why: `${id} was released` });
  }
  return problems;
}

async function verifyIn(
  released: Release,
  root: string,
  repositories: readonly Repository[],
  world: World,
): Promise<readonly Failure[]> {
  const store = await world.artifacts(unclaimedPlaces(root, world).delivery.store);
  const documents = documentProblems(released, store, world);
  if (released.registry === undefined)
    return [...documents, ...(await localProblems(released, world))];
  const remote = await Promise.all(
    repositories.map((one) => registryProblems(released, one, world)),
  );
  return [...documents, ...remote.flat()];
}

/** Compares everything of a release with the digests that the ledger has. */
export async function verifyRelease(
  request: { readonly project: string | undefined; readonly version: string | undefined },
  world: World,
): Promise<Result<Release, readonly Failure[]>> {
  const state = await oneRelease(request.project, request.version, world);
  if (!state.ok) return fail([state.failure]);
  const { release: released, root, promotedAt } = state.value;
  const repositories: readonly Repository[] =
    promotedAt === undefined ? ['integration'] : ['integration', 'release'];
  const problems = await verifyIn(released, root, repositories, world);
  return problems.length > 0 ? fail(problems) : ok(released);
}
