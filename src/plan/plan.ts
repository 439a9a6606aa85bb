import type { ContainerSummary } from '../ports/engine.ts';
import { HASH_LABEL, type DesiredService } from './desired.ts';
import { changedFiles, FILES_LABEL, goneFiles } from './mounted-files.ts';
import type { Plan, PlannedOperation } from './operation.ts';
import { sharingCause, type Fate } from './sharing.ts';

/** Which services a flag speaks of: none, all, or the named ones. */
export type Selection = 'none' | 'all' | ReadonlySet<string>;

export interface PlanRequest {
  /** In dependency order. */
  readonly desired: readonly DesiredService[];
  readonly running: readonly ContainerSummary[];
  /** Image references that the engine has, with their ids; a container on another id is stale. */
  readonly imageIds: ReadonlyMap<string, string>;
  /** Container id → when it was started last, for those that share something; as the engine says. */
  readonly startedAtMs: ReadonlyMap<string, number>;
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

function selects(selection: Selection, service: string): boolean {
  if (selection === 'none') return false;
  return selection === 'all' || selection.has(service);
}

/** The named services with everything that they depend on, however far. */
export function withDependencies(
  names: ReadonlySet<string>,
  desired: readonly DesiredService[],
): ReadonlySet<string> {
  const byName = new Map(desired.map((service) => [service.name, service]));
  const closure = new Set<string>();
  const visit = (name: string): void => {
    if (closure.has(name)) return;
    closure.add(name);
    for (const dependency of byName.get(name)?.dependsOn ?? []) visit(dependency);
  };
  for (const name of names) visit(name);
  return closure;
}

/** Why a container that is there is not the desired one; undefined when it is. */
function staleness(
  service: DesiredService,
  container: ContainerSummary,
  { imageIds, newImages }: Pick<PlanRequest, 'imageIds' | 'newImages'>,
): string | undefined {
  const filesBefore = container.labels[FILES_LABEL] ?? '';
  const causes = changedFiles(filesBefore, service.files);
  if (container.labels[HASH_LABEL] !== service.hash) {
    const changes = [...service.changes, ...causes];
    return changes.length > 0 ? changes.join('; ') : 'its definition changed';
  }
  if (filesBefore !== service.files) {
    return [...causes, ...goneFiles(filesBefore, service.files)].join('; ');
  }
  const news = newImages.get(service.image);
  if (news !== undefined) return `${news} (its image)`;
  const imageId = imageIds.get(service.image);
  if (imageId !== undefined && imageId !== container.imageId) return 'its image was rebuilt';
  return undefined;
}

type ServiceOperation = 'create' | 'scale' | 'start' | 'recreate';

/** What one service needs and why; undefined when it is right as it is. */
function needOf(
  service: DesiredService,
  containers: readonly ContainerSummary[],
  request: PlanRequest,
): { readonly kind: ServiceOperation; readonly cause: string } | undefined {
  if (containers.length === 0) {
    return service.replicas === 0 ? undefined : { kind: 'create', cause: 'no container yet' };
  }
  if (selects(request.recreate, service.name)) return { kind: 'recreate', cause: 'asked for' };
  for (const container of containers) {
    const stale = staleness(service, container, request);
    if (stale !== undefined) return { kind: 'recreate', cause: stale };
  }
  if (containers.length !== service.replicas) {
    const cause = `${String(containers.length)}→${String(service.replicas)} containers`;
    return { kind: 'scale', cause };
  }
  const done = (container: ContainerSummary): boolean =>
    service.oneShot && container.state === 'exited' && container.status.startsWith('Exited (0)');
  const stopped = containers.find((one) => one.state !== 'running' && !done(one));
  // The engine itself says why: `Exited (137) 5 minutes ago`.
  if (stopped !== undefined) return { kind: 'start', cause: stopped.status.toLowerCase() };
  return undefined;
}

function planService(
  service: DesiredService,
  containers: readonly ContainerSummary[],
  request: PlanRequest,
  shared: string | undefined,
): readonly PlannedOperation[] {
  const { name } = service;
  if (selects(request.resetData, name) && service.dataVolumes.length > 0) {
    const reset = { kind: 'reset-data', service: name, volumes: service.dataVolumes } as const;
    const kind = containers.length === 0 ? 'create' : 'recreate';
    return [
      { operation: reset, cause: 'asked for' },
      { operation: { kind, service: name }, cause: 'its data is new' },
    ];
  }
  const own = needOf(service, containers, request);
  const isMade = own?.kind === 'recreate' || own?.kind === 'create';
  const need =
    shared === undefined || isMade ? own : ({ kind: 'recreate', cause: shared } as const);
  return need === undefined
    ? []
    : [{ operation: { kind: need.kind, service: name }, cause: need.cause }];
}

/** What becomes of a service by the operations that are planned for it. */
function fateBy(planned: readonly PlannedOperation[] | undefined): Fate {
  const kinds = (planned ?? []).map(({ operation }) => operation.kind);
  if (kinds.some((kind) => kind === 'create' || kind === 'recreate')) return 'made anew';
  return kinds.includes('start') ? 'started' : 'left';
}

/**
 * Compares the desired services with the containers that there are. Pure.
 * Containers of services that the definition no longer has are removed; their volumes are not.
 */
export function planUp(request: PlanRequest): Plan {
  const { desired } = request;
  const wanted = request.only === undefined ? undefined : withDependencies(request.only, desired);
  const containers = request.running.filter(({ oneOff }) => !oneOff);
  const known = new Set(desired.map(({ name }) => name));

  const operations: PlannedOperation[] = containers
    .filter(({ service }) => !known.has(service) && !request.profilesOff.has(service))
    .map(({ id, service }) => ({
      operation: { kind: 'remove', service, containerId: id },
      cause: request.switchedOff.has(service)
        ? 'switched off in dev.settings.yaml'
        : 'no longer in the definition',
    }));
  const unchanged: string[] = [];
  const plannedFor = new Map<string, readonly PlannedOperation[]>();
  const containersOf = (name: string): readonly ContainerSummary[] =>
    containers.filter(({ service }) => service === name);
  for (const service of desired) {
    const own = containersOf(service.name);
    const shared = sharingCause({
      service,
      own,
      containersOf,
      fateOf: (name) => fateBy(plannedFor.get(name)),
      startedAtMs: request.startedAtMs,
    });
    const isWanted = wanted === undefined || wanted.has(service.name);
    // Nobody named it; but what it shares with one that was named would be taken from under it.
    const isDrawnIn =
      own.length > 0 &&
      [...service.joins.keys(), ...service.restartsWith].some(
        (name) => fateBy(plannedFor.get(name)) !== 'left',
      );
    if (!isWanted && !isDrawnIn) continue;
    const planned = planService(service, own, request, shared);
    if (planned.length === 0) unchanged.push(service.name);
    plannedFor.set(service.name, planned);
    operations.push(...planned);
  }
  return { operations, unchanged };
}
