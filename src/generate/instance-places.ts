import { dirname, join } from 'node:path';
import { instanceFolder, placesOf, type Places } from '../model/places.ts';
import { type InstanceDeps } from './claims.ts';
import { personFolder } from './person-folder.ts';
import { isPrivate } from './private-folder.ts';

/** A folder that has no claim yet has no places either: nothing is there, and nothing is made. */
export const UNCLAIMED = 'unclaimed';

export function placesIn(
  root: string,
  id: string,
  sockets: string | undefined,
  { host }: Pick<InstanceDeps, 'host'>,
): Places {
  const folder = personFolder(host);
  const own = sockets ?? join(instanceFolder(folder, id), 'run');
  return placesOf({ root, personFolder: folder, id, sockets: own });
}

/** The places of a folder that has claimed nothing, for commands that only look. */
export function unclaimedPlaces(root: string, deps: Pick<InstanceDeps, 'host'>): Places {
  return placesIn(root, UNCLAIMED, undefined, deps);
}

/**
 * Where sockets go: the person's run-time folder, where there is one that is private; else the
 * instance's own folder. `/run/user/UID` is looked at whether the variable names it or not, so that a
 * shell without a login finds what one with a login has started.
 */
export function chooseSockets(id: string, { host, files }: InstanceDeps): string {
  const named = host.environment['XDG_RUNTIME_DIR'];
  const candidates = [
    ...(named?.startsWith('/') === true ? [named] : []),
    `/run/user/${String(host.uid)}`,
  ];
  const found = candidates.find((path) => isPrivate(path, files, host.uid));
  if (found !== undefined) return join(found, 'onestack', id);
  return join(instanceFolder(personFolder(host), id), 'run');
}

/** Whether the folder of the sockets can (still) be used. */
export function isUsable(sockets: string, id: string, { host, files }: InstanceDeps): boolean {
  const inside = instanceFolder(personFolder(host), id);
  return sockets.startsWith(`${inside}/`) || isPrivate(dirname(dirname(sockets)), files, host.uid);
}
