import { prunable } from '../data/snapshots.ts';
import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { World } from '../ports/world.ts';
import { ok, type Result } from '../util/result.ts';
import type { DataTarget } from './data/context.ts';
import { howSaved } from './data/how-saved.ts';
import { freeSnapshotName, listSnapshots, removeSnapshot } from './data/repository.ts';
import { takeSnapshot } from './data/take-snapshot.ts';
import { chosenTargets } from './data/targets.ts';
import { dataContext, withTargets, type NamedData, type DataRequest } from './data-open.ts';
import { locateInstance } from './project/locate.ts';

/** A database's program can be asked only where it runs; volumes can be copied as they lie. */
const hasNoVolume = ({ kind, volumes }: DataTarget): boolean =>
  kind?.dump !== undefined && volumes.length === 0;

/** What `dev data snapshot` did, or would do. */
export interface Taken {
  readonly service: string;
  readonly how: string;
  /** Undefined with `--dry-run`. */
  readonly snapshot: Snapshot | undefined;
}

/** Saves the data of services. */
export async function snapshotData(
  request: NamedData,
  world: World,
  progress: Progress,
): Promise<Result<readonly Taken[], Failure>> {
  const opened = await dataContext(request, world, progress);
  if (!opened.ok) return opened;
  const context = opened.value;
  const { located } = context;
  const take = async (target: DataTarget): Promise<Result<Taken, Failure>> => {
    const { service } = target;
    const how = howSaved(target);
    if (request.dryRun) return ok({ service, how, snapshot: undefined });
    const taken = await takeSnapshot({ target, name: request.name, reason: 'asked' }, context);
    return taken.ok ? ok({ service, how, snapshot: taken.value }) : taken;
  };
  const work = async (
    targets: readonly DataTarget[],
  ): Promise<Result<readonly Taken[], Failure>> => {
    const all = listSnapshots(located.places, world.files);
    for (const { service } of targets) {
      const free =
        request.name === undefined ? ok('') : freeSnapshotName(service, request.name, all);
      if (!free.ok) return free;
    }
    const taken: Taken[] = [];
    for (const target of targets) {
      const one = await take(target);
      if (!one.ok) return one;
      taken.push(one.value);
    }
    return ok(taken);
  };
  if (!request.dryRun) return withTargets(request.services, context, hasNoVolume, work);
  const targets = await chosenTargets(request.services, located, world, context.engine);
  return targets.ok ? work(targets.value) : targets;
}

/** All snapshots of the project's folder, of the named services. */
export function listData(
  request: Pick<DataRequest, 'project' | 'context' | 'services'>,
  world: World,
  progress: Progress,
): Result<readonly Snapshot[], Failure> {
  const located = locateInstance(world, request, progress.report);
  if (!located.ok) return located;
  const all = listSnapshots(located.value.places, world.files);
  const { services } = request;
  return ok(services.length === 0 ? all : all.filter(({ service }) => services.includes(service)));
}

export interface PruneData extends Pick<DataRequest, 'project' | 'context' | 'services'> {
  readonly keep: number;
  readonly dryRun: boolean;
}

/** Removes all but the newest of each service. */
export function pruneData(
  request: PruneData,
  world: World,
  progress: Progress,
): Result<readonly Snapshot[], Failure> {
  const located = locateInstance(world, request, progress.report);
  if (!located.ok) return located;
  const listed = listData(request, world, progress);
  if (!listed.ok) return listed;
  const old = prunable(listed.value, request.keep);
  for (const snapshot of request.dryRun ? [] : old) {
    const removed = removeSnapshot(snapshot, located.value.places, world.files);
    if (!removed.ok) return removed;
  }
  return ok(old);
}
