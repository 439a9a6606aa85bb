import { hostClock } from '../../src/adapters/clock.ts';
import { hostFiles } from '../../src/adapters/files.ts';
import { readHost } from '../../src/adapters/host.ts';
import { hostLocks } from '../../src/adapters/locks.ts';
import { claimInstance, knownInstance } from '../../src/generate/instance.ts';
import { unclaimedPlaces } from '../../src/generate/instance-places.ts';
import { ensurePrivate } from '../../src/generate/private-folder.ts';
import { placesOf, privateFolders, type Places } from '../../src/model/places.ts';

function deps(home: string | undefined) {
  const host = readHost('/tool', '0');
  return {
    files: hostFiles,
    clock: hostClock,
    locks: hostLocks,
    report: () => undefined,
    host: home === undefined ? host : { ...host, home, environment: {} },
  };
}

/**
 * Where everything of a project folder lies, as `dev` has it; before its first `dev up` only what
 * does not depend on its name.
 * @param home of another person than this one.
 */
export function placesIn(root: string, home?: string): Places {
  const known = knownInstance(root, deps(home));
  if (!known.ok) throw new Error(known.failure.what);
  return known.value?.places ?? unclaimedPlaces(root, deps(home));
}

/** Where the pipeline of a project folder keeps what it makes, whatever the folder's name is. */
export function deliveryFolder(root: string, home?: string): string {
  return unclaimedPlaces(root, deps(home)).delivery.folder;
}

/** Where saved data of a project folder is, whatever the folder's name is. */
export function snapshotsFolder(root: string, home?: string): string {
  return unclaimedPlaces(root, deps(home)).snapshots;
}

/** `placesIn` with a claim on a name, as the first `dev up` makes it, and all folders. */
export async function claimPlaces(root: string, name: string): Promise<Places> {
  const claimed = await claimInstance(root, name, deps(undefined));
  if (!claimed.ok) throw new Error(claimed.failure.what);
  const { places } = claimed.value;
  const made = ensurePrivate(
    [...privateFolders(places), places.sockets],
    hostFiles,
    process.getuid?.() ?? 0,
  );
  if (!made.ok) throw new Error(made.failure.what);
  return places;
}

/** Places of a made-up project `/p`, for tests without a file system. */
export const MADE_UP: Places = placesOf({
  root: '/p',
  personFolder: '/home/ann/.local/state/onestack',
  id: '0123456789abcdef01234567',
  sockets: '/run/user/1000/onestack/0123456789abcdef01234567',
});
