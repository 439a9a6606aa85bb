import { sharedNames } from './up/shared-names.ts';
import { foreignContainers } from '../engine/foreign-containers.ts';
import type { Failure, FailureReason } from '../events/failure.ts';
import type { Progress, Report } from '../events/progress.ts';
import { unwrittenFiles } from '../generate/unwritten-files.ts';
import { releaseInstance, unclaimedPlaces } from '../generate/instance.ts';
import type { OpenProject } from '../model/open-project.ts';
import { stepText, type Plan } from '../plan/step.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { ApplyOptions } from './up/apply-plan.ts';
import { refuseEngine } from './up/engine-place.ts';
import { ensureGenerated } from './up/generate.ts';
import { ensureRoutes, expectedAddresses } from './router/ensure.ts';
import { endedSince } from './up/ended-since.ts';
import { refusePodman } from './up/podman.ts';
import { refuseChanges } from './up/refuse-changes.ts';
import { makeMissingFolders, refuseMissingFiles } from './up/host-sources.ts';
import { rememberApplied } from './up/last-applied.ts';
import type { Definition } from './project/definition.ts';
import { locateRoot } from './project/locate.ts';
import { newData } from './up/due-hooks.ts';
import { readPending, writePending, type Pending } from './hooks/pending.ts';
import type { ServicePlan } from '../plan/operation.ts';
import { buildsOf, makeWork, type Work, type WorkSituation } from './up/make-plan.ts';
import {
  engineFacts,
  missingRoots,
  observeMore,
  observeOrBringEngine,
  takenNames,
  type Observed,
} from './up/observe.ts';
import {
  planServices,
  settingsSelections,
  withChanges,
  type UpRequest,
} from './up/plan-services.ts';
import { buildsAny, freshImages } from './up/service-images.ts';
import {
  certifiedServices,
  generatedSecrets,
  prepare,
  writePrepared,
  type Prepared,
} from './up/prepare.ts';
import { changesSince } from './up/world-check.ts';
import { laps } from './up/laps.ts';
import { lockProject } from './project/lock.ts';
import { tellOthers } from './project/shared-progress.ts';
import { differences } from './up/differences.ts';
import { makeSettings, readDefinition, rememberAsked } from './up/read-definition.ts';
import { inSources } from './up/in-sources.ts';
import { saveData } from './up/save-data.ts';
import { sweepTemporary } from './up/sweep-temporary.ts';
import { bringVersionRoots } from './up/version-roots.ts';
import { tellOnce } from './up/tell-once.ts';

/** What `dev up` came to. */
export interface UpOutcome {
  /** When the definition was read, epoch milliseconds: what is edited later is not in it. */
  readonly readAtMs: number;
  readonly prepared: Prepared;
  /** What was done; with `dryRun`, what would be. */
  readonly plan: Plan;
  /** What of the plan failed; all else was done. */
  readonly failures: readonly Failure[];
  /** With `dryRun`: the addresses by name that it would be reached at, where they are not there yet. */
  readonly addresses?: readonly string[];
}

/** How long a service may take to become ready before it is said to have failed. */
const READY_TIMEOUT_MS = 600_000;

/** A plan that met these did not come to its end. */
const NOT_CARRIED_OUT: readonly FailureReason[] = [
  'interrupted',
  'no-engine',
  'port-taken',
  'world-changed',
];

/** For whom somebody waits who comes meanwhile. */
const PURPOSES: Readonly<Record<UpRequest['askedBy'], string>> = {
  person: 'dev up',
  session: 'the session, which applies an edit',
};

/** How often it is planned again, when others take a port or change the engine in the meantime. */
const TRIES = 3;

/**
 * Regenerates everything from the definition files, compares with what runs, and makes the
 * difference. Whatever fails, what runs is left running. It fails where no plan was carried out.
 */
export async function up(
  request: UpRequest,
  world: World,
  progress: Progress,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  if (request.dryRun) return bring(request, world, progress);
  const places = unclaimedPlaces(root.value, world);
  const lock = await lockProject(places, PURPOSES[request.askedBy], world, progress);
  if (!lock.ok) return fail([lock.failure]);
  const { pid } = world.host;
  const hadBefore = request.askedBy !== 'person';
  const telling = { ...world, lock: places.lock, pid, hadBefore };
  const told = { ...progress, report: tellOthers(progress.report, telling) };
  try {
    sweepTemporary(places, world, told.report);
    await makeSettings(request, root.value, world, told.report);
    // Only now: whoever had the lock may have waited for an edit.
    return await bringAtLast(request, world, told);
  } finally {
    await lock.value.release();
  }
}

/**
 * Ports are free when they are chosen, and may not be when the engine takes them; what runs may be
 * another when the plan is carried out than when it was made. Then it is planned again.
 */
async function bringAtLast(
  request: UpRequest,
  world: World,
  progress: Progress,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await bring(request, world, progress);
    if (outcome.ok || tries === TRIES) return outcome;
    const note = outcome.failure.flatMap(planAgainText)[0];
    if (note === undefined) return outcome;
    progress.report({ kind: 'note', level: 'info', text: note });
  }
}

/** Says so, where a failure is a reason to plan again. */
function planAgainText({ reason, what, detail = [] }: Failure): readonly string[] {
  if (reason === 'port-taken') return [`${what}: again with another one`];
  const details = detail.length === 0 ? '' : `: ${detail.join('; ')}`;
  return reason === 'world-changed' ? [`${what}, planning again${details}`] : [];
}

/** A plan is carried out in the world that it was made for, or not at all. */
async function refuseOtherWorld(work: Work, world: World): Promise<readonly Failure[]> {
  const changes = await changesSince(work, world);
  if (!changes.ok) return [changes.failure];
  if (changes.value.length === 0) return [];
  return [
    {
      reason: 'world-changed',
      what: 'what runs has changed since the plan was made',
      why: 'somebody else, or a program, is at work on the same containers',
      cure: 'dev up',
      detail: changes.value,
    },
  ];
}

async function bring(
  asked: UpRequest,
  world: World,
  progress: Progress,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  const readAtMs = world.clock.now();
  const lap = laps(world.clock, progress);
  const read = await readDefinition(asked, world, progress);
  lap('read', 'read and merge the definition');
  if (!read.ok) return read;
  const { definition, request } = read.value;
  const { opened } = definition;
  const refused = refuseEngine(opened.context, world);
  if (refused !== undefined) return fail([refused]);
  const observing = observeOrBringEngine(opened.instance, world, { ...request, ...progress });
  // What would be refused is, and what would be made counts; it is no news before it is made.
  const { dryRun } = request;
  const making = dryRun ? { ...world, files: unwrittenFiles(world.files) } : world;
  const generate = (): Promise<Result<unknown, readonly Failure[]>> =>
    generateFor(definition, making, dryRun ? () => undefined : progress.report);
  const generated = await generate();
  const found = await observing;
  lap('observe', 'make what is missing, and look at what the engine has');
  if (!generated.ok) return generated;
  if (!found.ok) return fail([found.failure]);
  // The engine's packages may have changed the system's certificates, which the bundle is made of.
  const again = found.value.wasBrought ? await generate() : ok(undefined);
  if (!again.ok) return again;
  const { observed } = found.value;
  const foreign = await refuseForeign(opened, observed, world, progress.report);
  if (foreign !== undefined) return fail([foreign]);
  const engine = await world.engine();
  const names = await takenNames(definition, observed, engine);
  const held = engineFacts(observed, definition, request, { ...world, engine });
  const facts = { ...held, takenNames: names, write: !dryRun };
  const prepared = await prepare(definition, facts, making, progress.report);
  lap('prepare', 'choose ports, label and write the document');
  if (!prepared.ok) return prepared;
  if (request.askedBy === 'person' && !dryRun) {
    tellOnce(differences(prepared.value), opened.places, world.files, progress.report);
  }
  const chosen = { ...request, ...settingsSelections(request, prepared.value) };
  const complete = await observeMore(observed, prepared.value.desired, world);
  if (!complete.ok) return fail([complete.failure]);
  const images = await freshImages(chosen, prepared.value, complete.value, world, progress);
  if (!images.ok) return images;
  lap('plan', 'compare images, and what runs');
  const situation = { request: chosen, readAtMs, ...images.value };
  const outcome = await planAndApply(situation, prepared.value, world, progress);
  if (dryRun) {
    if (!outcome.ok) return outcome;
    const addresses = await expectedAddresses(prepared.value, making);
    return ok({ ...outcome.value, addresses });
  }
  if (outcome.ok) await route(prepared.value, request.yes, world, progress);
  // Also of what did not get well: a session that follows must not bring up all the rest.
  const remembered = rememberAsked(request, definition, world);
  return remembered.ok ? outcome : fail([remembered.failure]);
}

/** What runs can be reached by its ports, whatever became of its addresses by name. */
async function route(
  prepared: Prepared,
  yes: boolean,
  world: World,
  progress: Progress,
): Promise<void> {
  const routed = await ensureRoutes(prepared, yes, world, progress);
  if (routed.ok || routed.failure.reason === 'interrupted') return;
  const { what, why, cure } = routed.failure;
  const text = [`no addresses by name: ${what}`, why, cure].filter(Boolean).join('; ');
  progress.report({ kind: 'note', level: 'warning', text });
}

function generateFor(
  definition: Definition,
  world: World,
  report: Report,
): Promise<Result<unknown, readonly Failure[]>> {
  const { opened, hierarchy } = definition;
  const wanted = {
    services: certifiedServices(definition),
    secrets: generatedSecrets(definition),
    builds: buildsAny(definition),
  };
  return ensureGenerated({ opened, hierarchy, ...wanted }, world, report);
}

/** The name is somebody else's: it is given back, so that another `name:` in dev.yaml can help. */
async function refuseForeign(
  { project, instance, context }: OpenProject,
  { tasks }: Observed,
  world: World,
  report: Report,
): Promise<Failure | undefined> {
  const foreign = foreignContainers(instance, project.root, tasks, world.files);
  // In other contexts the name is made of development's, whose data it is called by.
  if (foreign === undefined || context !== 'dev') return foreign;
  const released = await releaseInstance(project.root, { ...world, report });
  return released.ok ? foreign : released.failure;
}

/** An engine may answer where Compose or buildx are missing; they are brought when they are needed. */
async function applyEquipped(
  work: Work,
  options: ApplyOptions,
  world: World,
  progress: Progress,
): Promise<Result<void, readonly Failure[]>> {
  const equip = async (): Promise<Result<unknown, Failure>> => {
    const { ensureEngine } = await import('./machine/ensure-engine.ts');
    return ensureEngine(world, { ...options, ...progress });
  };
  const { applyPlan } = await import('./up/apply-plan.ts');
  const builds = work.builds.length + work.images.images.length > 0;
  const before = builds ? await equip() : ok(undefined);
  if (!before.ok) return fail([before.failure]);
  const applied = await applyPlan(work, options, world, progress);
  if (applied.ok || applied.failure.every(({ reason }) => reason !== 'no-engine')) return applied;
  const after = await equip();
  return after.ok ? applyPlan(work, options, world, progress) : fail([after.failure]);
}

/** What is to be run for data that is new in this plan, or was in one that did not come to its end. */
function pendingFor(
  services: ServicePlan,
  prepared: Prepared,
  observed: Observed,
  { report, ...world }: Pick<World, 'files' | 'clock'> & { readonly report: Report },
): Result<Pending | undefined, Failure> {
  const { project, places } = prepared.opened;
  if (!project.hooks.some(({ event }) => event === 'after-reset')) return ok(undefined);
  const cause = newData(services, prepared, observed);
  return cause === undefined
    ? readPending(places, world, report)
    : ok<Pending>({ cause, done: [] });
}

/** Modules that have something done to them. */
function startedNames({ operations }: ServicePlan, { opened }: Prepared): readonly string[] {
  const changed = new Set(
    operations.flatMap(({ operation: { kind, service } }) => (kind === 'remove' ? [] : [service])),
  );
  return opened.project.modules.map(({ name }) => name).filter((name) => changed.has(name));
}

async function plannedWork(
  situation: WorkSituation,
  prepared: Prepared,
  world: World,
  report: Report,
): Promise<Result<Work, readonly Failure[]>> {
  const { observed } = situation;
  const { desired, environment } = prepared;
  const first = planServices(situation, desired, environment);
  // What changed is only worth finding out where something has to be done.
  const told = first.operations.length === 0 ? ok(desired) : withChanges(prepared, world.files);
  if (!told.ok) return fail([told.failure]);
  const services = planServices(situation, told.value, environment);
  const refused = [
    ...(await refuseChanges(services, prepared, observed, await world.engine())),
    ...refuseMissingFiles(prepared, services, world),
    ...refusePodman(observed.engine, {
      modules: startedNames(services, prepared),
      builds: buildsOf(situation, prepared).map(({ image }) => image.name),
    }),
  ];
  if (refused.length > 0) return fail(refused);
  for (const text of sharedNames(prepared, services, observed)) {
    report({ kind: 'note', level: 'warning', text });
  }
  if (!situation.request.dryRun) makeMissingFolders(prepared, services, world, report);
  const roots = await missingRoots(buildsOf(situation, prepared), await world.engine());
  if (!roots.ok) return fail([roots.failure]);
  const pending = pendingFor(services, prepared, observed, { ...world, report });
  if (!pending.ok) return fail([pending.failure]);
  const surroundings = { ...world, missingRoots: roots.value, pending: pending.value };
  return ok(makeWork(situation, prepared, services, surroundings));
}

async function planAndApply(
  situation: WorkSituation & {
    /** When the definition was read, epoch milliseconds. */
    readonly readAtMs: number;
  },
  prepared: Prepared,
  world: World,
  progress: Progress,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  const { request } = situation;
  const { opened } = prepared;
  const planned = await plannedWork(situation, prepared, world, progress.report);
  if (!planned.ok) return planned;
  const { plan } = planned.value;
  const outcome: UpOutcome = { readAtMs: situation.readAtMs, prepared, plan, failures: [] };
  if (request.dryRun) return ok(outcome);
  const other = plan.steps.length === 0 ? [] : await refuseOtherWorld(planned.value, world);
  if (other.length > 0) return fail(other);
  const roots = await bringVersionRoots(planned.value.builds, request, world, progress);
  if (!roots.ok) return roots;
  const written = writePrepared(prepared, world.files);
  if (!written.ok) return fail([written.failure]);
  const { pending } = planned.value;
  const noted = pending === undefined ? ok(undefined) : writePending(pending, opened.places, world);
  if (!noted.ok) return fail([noted.failure]);
  if (plan.steps.length === 0) return ok(outcome);

  for (const step of plan.steps) {
    const { kind } = step.action;
    // A start without a cause follows from what is made.
    const isTold = kind === 'start' && step.cause !== '';
    if (!isTold && !['recreate-network', 'recreate', 'scale', 'remove'].includes(kind)) continue;
    const text = stepText(step);
    progress.report({ kind: 'note', level: 'info', text });
  }
  const saved = await saveData(plan, request, prepared, world, progress);
  if (!saved.ok) return fail([saved.failure]);
  const options = { yes: request.yes, timeoutMs: READY_TIMEOUT_MS };
  const applied = await applyEquipped(planned.value, options, world, progress);
  const told = (failures: readonly Failure[]): Promise<readonly Failure[]> =>
    inSources(failures, opened.project.root, world.files);
  if (!applied.ok) {
    return applied.failure.some(({ reason }) => NOT_CARRIED_OUT.includes(reason))
      ? applied
      : ok({ ...outcome, failures: await told(applied.failure) });
  }
  const ended = await endedSince(planned.value, world, progress);
  if (ended.length > 0) return ok({ ...outcome, failures: await told(ended) });
  const remembered = rememberApplied(prepared.merged, opened.places, world.files);
  return remembered.ok ? ok(outcome) : fail([remembered.failure]);
}
