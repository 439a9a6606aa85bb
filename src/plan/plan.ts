import { dependencyOrder } from '../util/graph.ts';
import type { Task } from '../ports/orchestrator.ts';
import { brokenOff } from './broken-off.ts';
import type { DesiredService } from './desired.ts';
import { outdatedFolders } from './let-through.ts';
import { changedFiles, goneFiles } from './mounted-files.ts';
import { networkCause, networkRemakes, type NetworkState } from './network-needs.ts';
import type { PlannedOperation, ServicePlan } from './operation.ts';
import { sharingCause, type Fate } from './sharing.ts';

/** Which services a flag speaks of: none, all, or the named ones. */
export type Selection = 'none' | 'all' | ReadonlySet<string>;

export interface PlanRequest {
  /** In dependency order. */
  readonly desired: readonly DesiredService[];
  readonly running: readonly Task[];
  /** Image references that the engine has, with their ids; a container on another id is stale. */
  readonly imageIds: ReadonlyMap<string, string>;
  /** The networks that services are to be in. */
  readonly networks: readonly NetworkState[];
  /** Images that are made anew before, with why: `server.js changed`. */
  readonly newImages: ReadonlyMap<string, string>;
  /** Only these and what they depend on; all when undefined. */
  readonly only: ReadonlySet<string> | undefined;
  readonly recreate: Selection;
  readonly resetData: Selection;
  /** Services that the settings switch off. */
  readonly switchedOff: ReadonlySet<string>;
  /** Services of the definition whose profiles are off: what runs of them stays as it is. */
  readonly profilesOff: ReadonlySet<string>;
}

/** Whether a service is among them. */
export function selects(selection: Selection, service: string): boolean {
  if (selection === 'none') return false;
  return selection === 'all' || selection.has(service);
}

/** The named services with everything that they depend on, however far. */
export function withDependencies(
  names: ReadonlySet<string>,
  desired: readonly DesiredService[],
): ReadonlySet<string> {
  const byName = new Map(desired.map((service) => [service.name, service]));
  return new Set(dependencyOrder(names, (name) => byName.get(name)?.dependsOn ?? []));
}

/** Where nothing is known of what was there before. */
const UNTOLD = 'its definition changed';

/** Why a container that is there is not the desired one; undefined when it is. */
function staleness(
  service: DesiredService,
  task: Task,
  { imageIds, newImages }: Pick<PlanRequest, 'imageIds' | 'newImages'>,
): string | undefined {
  const { hash, files: filesBefore } = task.wanted;
  const causes = changedFiles(filesBefore, service.files);
  if (hash !== service.hash) {
    const changes = [...service.changes, ...causes];
    return changes.length > 0 ? changes.join('; ') : UNTOLD;
  }
  if (filesBefore !== service.files) {
    return [...causes, ...goneFiles(filesBefore, service.files)].join('; ');
  }
  const news = newImages.get(service.image);
  if (news !== undefined) return `${news} (its image)`;
  const imageId = imageIds.get(service.image);
  if (imageId !== undefined && imageId !== task.imageId) return 'its image was rebuilt';
  return undefined;
}

type ServiceOperation = 'create' | 'scale' | 'start' | 'recreate';

/** What one service needs and why; undefined when it is right as it is. */
function needOf(
  service: DesiredService,
  tasks: readonly Task[],
  request: PlanRequest,
): { readonly kind: ServiceOperation; readonly cause: string } | undefined {
  if (tasks.length === 0) {
    return service.replicas === 0 ? undefined : { kind: 'create', cause: 'no container yet' };
  }
  if (selects(request.recreate, service.name)) return { kind: 'recreate', cause: 'asked for' };
  for (const task of tasks) {
    const stale = staleness(service, task, request);
    if (stale !== undefined) return { kind: 'recreate', cause: stale };
  }
  for (const task of tasks) {
    const broken = brokenOff(task);
    if (broken !== undefined) return { kind: 'recreate', cause: broken };
  }
  if (tasks.length !== service.replicas) {
    const cause = `${String(tasks.length)}→${String(service.replicas)} containers`;
    return { kind: 'scale', cause };
  }
  const done = ({ state, exitCode }: Task): boolean =>
    (service.oneShot || service.mayEnd) && state === 'exited' && exitCode === 0;
  const stopped = tasks.find((one) => one.state !== 'running' && !done(one));
  if (stopped !== undefined) return { kind: 'start', cause: stoppedText(stopped) };
  return undefined;
}

/** Whatever ran for longer did not fail because of its start. */
const SHORT_MS = 60_000;

const livedText = (ms: number): string =>
  ms < 1_000 ? 'right after its start' : `after it had run for ${String(Math.round(ms / 1_000))} s`;

/** The orchestrator itself says why: `Exited (137) 5 minutes ago`. */
function stoppedText({ state, status, restartCount, livedMs }: Task): string {
  const life = livedMs === undefined || livedMs > SHORT_MS ? '' : `, ${livedText(livedMs)}`;
  const said = `${status.toLowerCase()}${life}`;
  if (state !== 'restarting' || restartCount === undefined) return said;
  return `it ended again and again, was started ${String(restartCount + 1)} times; ${said}`;
}

/** The volumes of which a flag asks that they are made anew: whoever mounts them has to let go. */
function resetVolumes({ desired, resetData }: PlanRequest): ReadonlySet<string> {
  const selected = desired.filter(({ name }) => selects(resetData, name));
  return new Set(selected.flatMap(({ dataVolumes }) => dataVolumes));
}

function planService(
  service: DesiredService,
  tasks: readonly Task[],
  request: PlanRequest,
  /** Why its container cannot stay, whatever it is like itself. */
  outer: string | undefined,
  /** Volumes that are made anew. */
  reset: ReadonlySet<string>,
): readonly PlannedOperation[] {
  const { name } = service;
  const volumes = service.dataVolumes.filter((volume) => reset.has(volume));
  if (volumes.length > 0) {
    const reset = { kind: 'reset-data', service: name, volumes } as const;
    const kind = tasks.length === 0 ? 'create' : 'recreate';
    const isAsked = selects(request.resetData, name);
    return [
      { operation: reset, cause: isAsked ? 'asked for' : 'it shares them with one that is reset' },
      { operation: { kind, service: name }, cause: 'its data is new' },
    ];
  }
  const own = needOf(service, tasks, request);
  const isMade = (own?.kind === 'recreate' || own?.kind === 'create') && own.cause !== UNTOLD;
  const need = outer === undefined || isMade ? own : ({ kind: 'recreate', cause: outer } as const);
  if (need === undefined) return [];
  const renewed = need.kind === 'recreate' ? outdatedFolders(service, tasks, request) : [];
  const operation = { kind: need.kind, service: name };
  return [
    {
      operation: renewed.length > 0 ? { ...operation, kind: 'recreate', renewed } : operation,
      cause: need.cause,
    },
  ];
}

/** What becomes of a service by the operations that are planned for it. */
function fateBy(planned: readonly PlannedOperation[] | undefined): Fate {
  const kinds = (planned ?? []).map(({ operation }) => operation.kind);
  if (kinds.some((kind) => kind === 'create' || kind === 'recreate')) return 'made anew';
  return kinds.includes('start') ? 'started' : 'left';
}

/** Containers of services that the definition has no longer, or that are switched off. */
function removals(
  { desired, switchedOff, profilesOff }: PlanRequest,
  tasks: readonly Task[],
): readonly PlannedOperation[] {
  const known = new Set(desired.map(({ name }) => name));
  return tasks
    .filter(({ service }) => !known.has(service) && !profilesOff.has(service))
    .map(({ id, service }) => ({
      operation: { kind: 'remove', service, task: id },
      cause: switchedOff.has(service)
        ? 'switched off in dev.settings.yaml'
        : 'no longer in the definition',
    }));
}

/** What killed ones left, and nobody needs. */
function leftBehind(tasks: readonly Task[]): readonly PlannedOperation[] {
  return tasks.flatMap(({ id, service, leftBehind: cause }) =>
    cause === undefined ? [] : [{ operation: { kind: 'remove', service, task: id }, cause }],
  );
}

/**
 * Compares the desired services with the containers that there are. Pure.
 * Containers of services that the definition no longer has are removed; their volumes are not.
 */
export function planUp(request: PlanRequest): ServicePlan {
  const { desired } = request;
  const wanted = request.only === undefined ? undefined : withDependencies(request.only, desired);
  const tasks = request.running.filter((one) => !one.oneOff && one.leftBehind === undefined);
  const isWanted = (name: string): boolean => wanted === undefined || wanted.has(name);
  const reset = resetVolumes(request);
  const remakes = networkRemakes(request.networks, isWanted);
  const operations: PlannedOperation[] = [
    ...leftBehind(request.running),
    ...removals(request, tasks),
  ];
  const unchanged: string[] = [];
  const plannedFor = new Map<string, readonly PlannedOperation[]>();
  const tasksOf = (name: string): readonly Task[] =>
    tasks.filter(({ service }) => service === name);
  for (const service of desired) {
    const own = tasksOf(service.name);
    const shared = sharingCause({
      service,
      own,
      tasksOf,
      fateOf: (name) => fateBy(plannedFor.get(name)),
    });
    // Nobody named it; but what it shares with one that was named would be taken from under it.
    const isDrawnIn =
      own.length > 0 &&
      (service.dataVolumes.some((volume) => reset.has(volume)) ||
        remakes.some(({ services }) => services.includes(service.name)) ||
        [...service.joins.keys(), ...service.restartsWith].some(
          (name) => fateBy(plannedFor.get(name)) !== 'left',
        ));
    if (!isWanted(service.name) && !isDrawnIn) continue;
    const outer = shared ?? networkCause(service.name, own, request.networks, remakes);
    const planned = planService(service, own, request, own.length > 0 ? outer : undefined, reset);
    if (planned.length === 0) unchanged.push(service.name);
    plannedFor.set(service.name, planned);
    operations.push(...planned);
  }
  return { networks: remakes, operations, unchanged };
}
