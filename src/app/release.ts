import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import { unclaimedPlaces } from '../generate/instance-places.ts';
import type { World } from '../ports/world.ts';
import {
  eventsOf,
  findRelease,
  releasesOf,
  type LedgerEvent,
  type Release,
  type ReleaseState,
  type ReleaseRepository,
} from '../release/release.ts';
import { newerThan, staysLatest } from '../release/latest.ts';
import type { Verifier } from '../release/signing.ts';
import { IMAGE_KEY_LABEL } from '../release/module-image.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { ensureEngine } from './machine/ensure-engine.ts';
import { locateRoot } from './project/locate.ts';
import { appendLedger, readLedger } from './release/ledger.ts';
import { definitionIn } from './release/open-run.ts';
import { signatureProblem, signerOf } from './release/signatures.ts';
import { readVerifiers } from './release/signing-keys.ts';
import { oneAtATime } from './release/one-at-a-time.ts';
import { documentProblems, releaseRun, type Released } from './release/publish-run.ts';
import { takeOverTag } from './release/take-over.ts';
import { registryProblems } from './release/registry-problems.ts';
import { runPipelineThen } from './release/run-pipeline.ts';
import { TRIALS } from './smoke.ts';
import { planRelease, type PlannedRelease } from './release/plan-release.ts';
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

/** What it would publish, and where, after which steps; nothing is done. */
export async function releasePlan(
  request: ReleaseCommand,
  world: World,
  progress: Progress,
): Promise<Result<PlannedRelease, readonly Failure[]>> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  await noteUncommitted(root.value, world, progress.report, 'not in this release');
  return runPipelineThen(
    { ...request, root: root.value, plan: true, trials: TRIALS },
    world,
    progress,
    (run, { plan }) => planRelease(run, plan, world),
  );
}

export interface Ledger {
  readonly root: string;
  /** Oldest first. */
  readonly events: readonly LedgerEvent[];
  /** Newest first. */
  readonly releases: readonly ReleaseState[];
  /** Names of other projects of the repository that were released. */
  readonly others: readonly string[];
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
  const defined = definitionIn(root.value, world);
  const name = defined.ok ? defined.value.project.name : undefined;
  const names = new Set(events.value.map(({ release: { project: one } }) => one));
  return ok({
    root: root.value,
    events: eventsOf(events.value, name),
    releases: releasesOf(events.value, name),
    others: name === undefined ? [] : [...names].filter((one) => one !== name),
  });
}

function unknownRelease(version: string | undefined, { releases, others }: Ledger): Failure {
  const newest = releases.slice(0, 5).map(({ release: { version: one } }) => one);
  return {
    reason: 'usage',
    what: version === undefined ? 'nothing is released yet' : `there is no release ${version}`,
    ...(others.length > 0 && { why: `of this repository, ${others.join(', ')} was released` }),
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
  const verifiers = verifiersOf(root, world);
  if (!verifiers.ok) return verifiers;
  return oneAtATime<Released>({ root, ...PROMOTE }, world, progress, async () => {
    const how = { repositories: ['integration'], deep: false, verifiers: verifiers.value } as const;
    const problems = await verifyIn(state.value, how, world);
    if (problems.length > 0) return fail(problems);
    const ledger = await ledgerOf(request.project, world);
    if (!ledger.ok) return fail([ledger.failure]);
    const newer = newerThan(promoted, ledger.value.releases, 'release');
    const isLatest = newer === undefined;
    const taken: Result<string | undefined, Failure> =
      promoted.registry === undefined
        ? ok(undefined)
        : await takeOverTag(promoted, { isLatest }, world);
    if (!taken.ok) return fail([taken.failure]);
    if (taken.value !== undefined) {
      progress.report({ kind: 'note', level: 'warning', text: taken.value });
    }
    if (newer !== undefined && promoted.registry !== undefined) {
      progress.report({ kind: 'note', level: 'info', text: staysLatest(newer) });
    }
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

/** Who may sign, by the definition that is checked out now: keys may have changed since. */
function verifiersOf(root: string, world: World): Result<readonly Verifier[], readonly Failure[]> {
  const defined = definitionIn(root, world);
  if (!defined.ok) return defined;
  const { signedBy } = defined.value.project.store;
  const verifiers = readVerifiers({ root, signedBy }, world);
  return verifiers.ok ? verifiers : fail([verifiers.failure]);
}

interface Verified {
  readonly repositories: readonly ReleaseRepository[];
  /** Every byte, not only what tags stand for. */
  readonly deep: boolean;
  /** Empty: nobody has to vouch for it. */
  readonly verifiers: readonly Verifier[];
}

async function verifyIn(
  state: ReleaseState & { readonly root: string },
  { repositories, deep, verifiers }: Verified,
  world: World,
): Promise<readonly Failure[]> {
  const { release: released, root } = state;
  const unsigned = signatureProblem(state, verifiers);
  if (unsigned !== undefined) return [unsigned];
  const store = await world.artifacts(unclaimedPlaces(root, world).delivery.store);
  const documents = documentProblems(released, store, world);
  if (released.registry === undefined)
    return [...documents, ...(await localProblems(released, world))];
  const remote: Failure[] = [];
  for (const repository of repositories) {
    remote.push(...(await registryProblems(released, { repository, deep, verifiers }, world)));
  }
  return [...documents, ...remote];
}

/** Compares everything of a release, to the last byte, with the digests that the ledger has. */
export async function verifyRelease(
  request: { readonly project: string | undefined; readonly version: string | undefined },
  world: World,
): Promise<Result<ReleaseState & { readonly signer: string | undefined }, readonly Failure[]>> {
  const state = await oneRelease(request.project, request.version, world);
  if (!state.ok) return fail([state.failure]);
  const { root, promotedAt } = state.value;
  const verifiers = verifiersOf(root, world);
  if (!verifiers.ok) return verifiers;
  const repositories: readonly ReleaseRepository[] =
    promotedAt === undefined ? ['integration'] : ['integration', 'release'];
  const how = { repositories, deep: true, verifiers: verifiers.value };
  const problems = await verifyIn(state.value, how, world);
  if (problems.length > 0) return fail(problems);
  return ok({ ...state.value, signer: signerOf(state.value, verifiers.value)?.id });
}
