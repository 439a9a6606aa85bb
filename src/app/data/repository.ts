import { dirname, join } from 'node:path';
import { newestFirst, parseSnapshot } from '../../data/snapshots.ts';
import type { Failure } from '../../events/failure.ts';
import { ensurePrivate, PRIVATE_FILE } from '../../generate/private-folder.ts';
import { personFolder } from '../../generate/person-folder.ts';
import { isSnapshotName, type Snapshot } from '../../model/snapshot.ts';
import type { Places } from '../../model/places.ts';
import type { World } from '../../ports/world.ts';
import { didYouMean } from '../../util/did-you-mean.ts';
import { jsonText } from '../../util/json-text.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { DataContext } from './context.ts';

type Folder = Pick<Places, 'snapshots'>;

const TELLS = 'snapshot.json';
/** A service can be called anything that is no way up. */
const serviceFolder = ({ snapshots }: Folder, service: string): string =>
  join(snapshots, `service-${service}`);

/** The folder of a snapshot that is there. */
export function snapshotFolder(
  places: Folder,
  { service, name }: Pick<Snapshot, 'service' | 'name'>,
) {
  return join(serviceFolder(places, service), name);
}

/** All snapshots of a project folder, the newest first. What is no snapshot is left out. */
export function listSnapshots(
  places: Folder,
  files: Pick<World['files'], 'list' | 'read'>,
): readonly Snapshot[] {
  const found = files.list(places.snapshots).flatMap((folder) =>
    files.list(join(places.snapshots, folder)).flatMap((name) => {
      if (!isSnapshotName(name)) return [];
      const text = files.read(join(places.snapshots, folder, name, TELLS));
      const snapshot = text.ok && text.value !== undefined ? parseSnapshot(text.value) : undefined;
      if (snapshot === undefined || snapshot.name !== name) return [];
      return folder === `service-${snapshot.service}` ? [snapshot] : [];
    }),
  );
  return newestFirst(found);
}

/** The one of that name, or the newest that somebody asked for. */
export function findSnapshot(
  service: string,
  name: string | undefined,
  all: readonly Snapshot[],
): Result<Snapshot, Failure> {
  const own = all.filter((one) => one.service === service);
  if (own.length === 0) {
    const what = `there is no snapshot of ${service}`;
    return fail({ reason: 'usage', what, cure: `dev data snapshot ${service} takes one` });
  }
  const found =
    name === undefined
      ? (own.find(({ reason }) => reason === 'asked') ?? own[0])
      : own.find((one) => one.name === name);
  if (found !== undefined) return ok(found);
  return fail({
    reason: 'usage',
    what: `there is no snapshot ${name ?? ''} of ${service}`,
    cure: didYouMean(
      name ?? '',
      own.map((one) => one.name),
      'Snapshots',
    ),
  });
}

/** A name that can be had. */
export function freeSnapshotName(
  service: string,
  name: string,
  all: readonly Snapshot[],
): Result<string, Failure> {
  if (!isSnapshotName(name)) {
    return fail({
      reason: 'usage',
      what: `a snapshot cannot be called ${name}`,
      why: 'a name has letters, digits, ".", "-" and "_", begins with a letter or digit, and is no longer than 64',
      cure: 'dev data snapshot --name before-migration',
    });
  }
  if (!all.some((one) => one.service === service && one.name === name)) return ok(name);
  return fail({
    reason: 'usage',
    what: `there is a snapshot ${name} of ${service} already`,
    cure: 'Choose another name; dev data list shows them',
  });
}

/** A name that nobody chose: of several in one second, each gets its own. */
export function nextName(service: string, name: string, all: readonly Snapshot[]): string {
  const taken = new Set(all.filter((one) => one.service === service).map((one) => one.name));
  let number = 1;
  while (taken.has(number === 1 ? name : `${name}-${String(number)}`)) number += 1;
  return number === 1 ? name : `${name}-${String(number)}`;
}

/** A folder for a snapshot that is being taken; what others that were killed have left goes. */
export function beginSnapshot(
  service: string,
  { located, world }: Pick<DataContext, 'located' | 'world'>,
): Result<string, Failure> {
  const { places } = located;
  const own = serviceFolder(places, service);
  const folders = [personFolder(world.host), dirname(places.snapshots), places.snapshots, own];
  const made = ensurePrivate(folders, world.files, world.host.uid);
  if (!made.ok) return made;
  for (const name of world.files.list(own)) {
    if (!name.startsWith('.taking-')) continue;
    const removed = world.files.remove(join(own, name));
    if (!removed.ok) return removed;
  }
  const folder = join(own, `.taking-${String(world.host.pid)}`);
  const begun = ensurePrivate([folder], world.files, world.host.uid);
  return begun.ok ? ok(folder) : begun;
}

/** Gives a snapshot that is whole its name. */
export async function finishSnapshot(
  folder: string,
  snapshot: Snapshot,
  { located, world, data }: Pick<DataContext, 'located' | 'world' | 'data'>,
): Promise<Result<void, Failure>> {
  const text = `${jsonText(snapshot, 2)}\n`;
  const written = world.files.writeAtomic(join(folder, TELLS), text, { mode: PRIVATE_FILE });
  if (!written.ok) return written;
  return data.settle(folder, snapshotFolder(located.places, snapshot));
}

/** Removes a snapshot: its name first, so that half of one is never taken for a whole. */
export function removeSnapshot(
  snapshot: Snapshot,
  places: Folder,
  files: Pick<World['files'], 'rename' | 'remove'>,
): Result<void, Failure> {
  const folder = snapshotFolder(places, snapshot);
  const gone = join(dirname(folder), `.taking-gone-${snapshot.name}`);
  const renamed = files.rename(folder, gone);
  return renamed.ok ? files.remove(gone) : renamed;
}
