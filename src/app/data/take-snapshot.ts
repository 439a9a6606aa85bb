import type { Failure } from '../../events/failure.ts';
import { nameByTime, type Snapshot, type SnapshotReason } from '../../model/snapshot.ts';
import { prunable } from '../../data/snapshots.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { runningContainer, type DataContext, type DataTarget } from './context.ts';
import { whileStopped } from './pause-holders.ts';
import {
  beginSnapshot,
  finishSnapshot,
  freeSnapshotName,
  listSnapshots,
  nextName,
  removeSnapshot,
} from './repository.ts';
import { saveDump } from './save-dump.ts';
import { databaseVersion } from './server-version.ts';
import { dataStep } from './step.ts';
import { noData } from './targets.ts';
import { holdVolume, workIn } from './volume-container.ts';
import { saveVolume } from './volume-files.ts';

export interface TakeSnapshot {
  readonly target: DataTarget;
  /** Undefined: by time, and by what it is taken before. */
  readonly name: string | undefined;
  readonly reason: SnapshotReason;
}

type Contents = Pick<Snapshot, 'method' | 'files' | 'rows'>;

/** How many of those that the tool takes by itself stay, of each service. */
const OWN_KEPT = 3;

async function dumped(
  target: DataTarget,
  folder: string,
  context: DataContext,
): Promise<Result<Contents | undefined, Failure>> {
  const container = runningContainer(target);
  const dump = target.kind?.dump;
  if (container === undefined || dump === undefined) return ok(undefined);
  const { service } = target;
  const saved = await dataStep(`${dump.tool} of ${service}`, context, (onBytes) => {
    const place = { folder, name: `${dump.file}.gz`, packing: 'gzip' } as const;
    return saveDump({ service, containerId: container.id, dump, ...place, onBytes }, context);
  });
  if (!saved.ok) return saved;
  const { file, rows } = saved.value;
  return ok({ method: 'dump', files: [file], rows: Object.fromEntries(rows) });
}

async function copied(
  { service, volumes }: DataTarget,
  folder: string,
  endsIt: boolean,
  context: DataContext,
): Promise<Result<Contents, Failure>> {
  const names = volumes.map(({ name }) => name);
  const copy = async (held: ReadonlyMap<string, string>): Promise<Result<Contents, Failure>> => {
    const files: Snapshot['files'][number][] = [];
    for (const [index, { name: volume, key }] of volumes.entries()) {
      const containerId = held.get(volume) ?? '';
      const saved = await dataStep(`copy of ${key} of ${service}`, context, (onBytes) =>
        workIn(volume, containerId, context, () => {
          const name = `volume-${String(index + 1)}.tar.gz`;
          const request = { volume, containerId, folder, name, packing: 'gzip', onBytes } as const;
          return saveVolume(request, context);
        }),
      );
      if (!saved.ok) return saved;
      files.push({ ...saved.value, volume: key });
    }
    return ok({ method: 'volumes', files });
  };
  return holdAll([...new Set(names)], context, (held) =>
    whileStopped(names, context, () => copy(held), endsIt),
  );
}

/** Holds all these volumes; by name, the container that has each. */
function holdAll<T>(
  [volume, ...rest]: readonly string[],
  context: DataContext,
  work: (held: ReadonlyMap<string, string>) => Promise<Result<T, Failure>>,
  held: ReadonlyMap<string, string> = new Map(),
): Promise<Result<T, Failure>> {
  if (volume === undefined) return work(held);
  return holdVolume(volume, context, (containerId) =>
    holdAll(rest, context, work, new Map([...held, [volume, containerId]])),
  );
}

/** Removes the oldest of those that the tool has taken by itself. */
export function forgetOld(service: string, { located, world, progress }: DataContext): void {
  const own = listSnapshots(located.places, world.files).filter(
    (one) => one.service === service && one.reason !== 'asked',
  );
  for (const old of prunable(own, OWN_KEPT)) {
    const removed = removeSnapshot(old, located.places, world.files);
    const text = removed.ok
      ? `snapshot ${old.name} of ${service} is removed: of those taken before a change, ${String(OWN_KEPT)} stay`
      : removed.failure.what;
    progress.report({ kind: 'note', level: 'info', text });
  }
}

/** Saves the data of one service; it has its name when all of it is on the disk and was read again. */
export async function takeSnapshot(
  { target, name, reason }: TakeSnapshot,
  context: DataContext,
): Promise<Result<Snapshot, Failure>> {
  const { located, world } = context;
  const { service, kind, image } = target;
  const takenAtMs = world.clock.now();
  const all = listSnapshots(located.places, world.files);
  const before = reason === 'asked' ? '' : `before-${reason}-`;
  const called =
    name === undefined
      ? ok(nextName(service, `${before}${nameByTime(takenAtMs)}`, all))
      : freeSnapshotName(service, name, all);
  if (!called.ok) return called;
  if (kind?.dump === undefined && target.volumes.length === 0) return fail(noData(service));
  const engineVersion = await databaseVersion(target, context);
  const begun = beginSnapshot(service, context);
  if (!begun.ok) return begun;
  const folder = begun.value;
  const dump = await dumped(target, folder, context);
  // Of a database that cannot be asked any more, what lies there is better than nothing.
  const isBroken = !dump.ok && dump.failure.reason === 'service' && target.volumes.length > 0;
  const copies = (dump.ok && dump.value === undefined) || isBroken;
  if (!dump.ok && isBroken) {
    const { what, why = '' } = dump.failure;
    const text = `${what}: ${why}; its files are copied as they lie instead`;
    context.progress.report({ kind: 'note', level: 'warning', text });
  }
  const contents = copies ? await copied(target, folder, reason === 'reset', context) : dump;
  if (!contents.ok || contents.value === undefined) {
    world.files.remove(folder);
    return contents.ok ? fail(noData(service)) : contents;
  }
  const snapshot: Snapshot = {
    ...{ format: 1, service, name: called.value, reason, image, takenAtMs },
    ...(kind !== undefined && { kind: kind.name }),
    ...(engineVersion !== undefined && { engineVersion }),
    ...contents.value,
  };
  const finished = await finishSnapshot(folder, snapshot, context);
  if (!finished.ok) {
    world.files.remove(folder);
    return finished;
  }
  return ok(snapshot);
}
