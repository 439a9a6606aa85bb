import { join } from 'node:path';
import type { AwaitedService } from '../engine/service-progress.ts';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { ensureDevFolder } from '../generate/dev-folder.ts';
import { planInstalls } from '../generate/dependencies.ts';
import { planBuilds } from '../images/plan.ts';
import { mappingAt } from '../model/plain.ts';
import type { Context } from '../model/project.ts';
import { hasHealthcheck, restartsByItself } from '../plan/compose-view.ts';
import type { Plan } from '../plan/operation.ts';
import { planUp, withDependencies, type Selection } from '../plan/plan.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { loadDefinition } from './definition.ts';
import { ensureGenerated } from './generate.ts';
import { observeOrBringEngine, type Observed } from './observe.ts';
import { openProject, type Opened } from './open-project.ts';
import { generatedSecrets, prepare, writePrepared, type Prepared } from './prepare.ts';
import { unknownService } from './unknown-service.ts';

export interface UpRequest {
  /** `--project`. */
  readonly project: string | undefined;
  readonly context: Context;
  /** Only these services and what they depend on; all when empty. */
  readonly services: readonly string[];
  readonly recreate: Selection;
  readonly resetData: Selection;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** What `dev up` came to. */
export interface UpOutcome {
  readonly prepared: Prepared;
  readonly plan: Plan;
  /** Base images to build, with their causes; built unless `dryRun`. */
  readonly builds: readonly { readonly name: string; readonly cause: string }[];
  /** Modules whose dependencies are installed, with the causes. */
  readonly installs: readonly { readonly module: string; readonly cause: string }[];
}

/** How long a service may take to become ready before it is said to have failed. */
const READY_TIMEOUT_MS = 600_000;
const LOCK_PATIENCE_MS = 600_000;

interface Progress {
  readonly report: Report;
  readonly signal: AbortSignal;
}

function unknownNames(request: UpRequest, known: readonly string[]): readonly Failure[] {
  const named = [request.recreate, request.resetData].flatMap((selection) =>
    typeof selection === 'string' ? [] : [...selection],
  );
  const unknown = [...request.services, ...named].filter((name) => !known.includes(name));
  return [...new Set(unknown)].map((name) => unknownService(name, known));
}

function makePlan(request: UpRequest, prepared: Prepared, observed: Observed): Plan {
  const imageIds = observed.images.flatMap(({ id, tags }) => tags.map((tag) => [tag, id] as const));
  return planUp({
    desired: prepared.desired,
    running: observed.containers,
    imageIds: new Map(imageIds),
    only: request.services.length > 0 ? new Set(request.services) : undefined,
    recreate: request.recreate,
    resetData: request.resetData,
    switchedOff: prepared.environment.switchedOff,
  });
}

/** The services that must be ready at the end: those of the plan, and unchanged ones that are not yet. */
function awaitedServices(
  request: UpRequest,
  { desired, document }: Prepared,
  plan: Plan,
  observed: Observed,
): readonly AwaitedService[] {
  const changed = new Set(
    plan.operations
      .filter(({ operation }) => operation.kind !== 'remove')
      .map(({ operation }) => operation.service),
  );
  const wanted =
    request.services.length > 0 ? withDependencies(new Set(request.services), desired) : undefined;
  return desired
    .filter(({ name }) => wanted === undefined || wanted.has(name))
    .map(({ name, oneShot }) => {
      const service = mappingAt(mappingAt(document, 'services'), name);
      const current = observed.containers.find((one) => !one.oneOff && one.service === name);
      return {
        name,
        oneShot,
        hasHealthcheck: hasHealthcheck(service),
        restarts: restartsByItself(service),
        current: changed.has(name) ? undefined : current,
      };
    });
}

/**
 * Regenerates everything from the definition files, compares with what runs, and makes the
 * difference. Whatever fails, what runs is left running.
 */
export async function up(
  request: UpRequest,
  world: World,
  progress: Progress,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  const { report } = progress;
  const opening = await openProject({ ...request, write: !request.dryRun }, world, report);
  if (!opening.ok) return opening;
  const { opened } = opening.value;
  if (request.dryRun) return bring(request, opening.value, world, progress);
  const made = ensureDevFolder(opened.project.root, world.files);
  if (!made.ok) return fail([made.failure]);
  const lock = await world.locks.acquire(join(opened.devDirectory, 'lock'), 'dev up', {
    patienceMs: LOCK_PATIENCE_MS,
    signal: progress.signal,
    onWait: (holder) => {
      const who = holder === undefined ? '' : ` (${holder.purpose}, process ${String(holder.pid)})`;
      report({ kind: 'note', level: 'info', text: `waiting: another dev is at work here${who}` });
    },
  });
  if (!lock.ok) return fail([lock.failure]);
  try {
    return await bring(request, opening.value, world, progress);
  } finally {
    await lock.value.release();
  }
}

async function bring(
  request: UpRequest,
  { opened, hierarchy }: Opened,
  world: World,
  progress: Progress,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  const definition = loadDefinition(opened, hierarchy, world);
  if (!definition.ok) return definition;
  const unknown = unknownNames(request, definition.value.environment.order);
  if (unknown.length > 0) return fail(unknown);
  const { instance } = opened;
  const observed = await observeOrBringEngine(instance, world, { ...request, ...progress });
  if (!observed.ok) return fail([observed.failure]);
  const held = observed.value.containers.flatMap(({ service, ports }) =>
    ports.map((port) => ({ ...port, service })),
  );
  const preparing = await prepare(definition.value, held, world, progress.report);
  if (!preparing.ok) return preparing;
  const prepared = preparing.value;
  const plan = makePlan(request, prepared, observed.value);
  const { neededImages } = prepared.environment;
  const installs = planInstalls(
    prepared.installs.values(),
    observed.value.dependencyVolumes,
    instance,
  );
  const builds = planBuilds(neededImages, prepared.hierarchy, observed.value.images);
  const outcome: UpOutcome = {
    prepared,
    plan,
    builds: builds.map(({ image, cause }) => ({ name: image.name, cause })),
    installs: installs.map(({ install, cause }) => ({ module: install.module.name, cause })),
  };
  if (request.dryRun) return ok(outcome);
  const generated = await ensureGenerated(
    {
      opened: prepared.opened,
      services: prepared.environment.order,
      secrets: generatedSecrets(prepared),
    },
    world,
    progress.report,
  );
  if (!generated.ok) return generated;
  const written = writePrepared(prepared, world.files);
  if (!written.ok) return fail([written.failure]);

  const awaited = awaitedServices(request, prepared, plan, observed.value);
  const work = { request, prepared, plan, builds, installs, awaited };
  const nothingToDo =
    plan.operations.length === 0 &&
    builds.length === 0 &&
    installs.length === 0 &&
    awaited.every(
      ({ current, hasHealthcheck: probed }) => current?.health === 'healthy' || !probed,
    );
  if (nothingToDo) return ok(outcome);
  const { applyPlan } = await import('./apply-plan.ts');
  const applied = await applyPlan({ ...work, timeoutMs: READY_TIMEOUT_MS }, world, progress);
  return applied.ok ? ok(outcome) : applied;
}
