import { join } from 'node:path';
import {
  diagnoseLeftovers,
  diagnoseOwnership,
  type Ownership,
} from '../host/diagnose-leftovers.ts';
import type { Finding } from '../host/finding.ts';
import type { Files } from '../ports/files.ts';
import type { World } from '../ports/world.ts';
import { listProjects } from './list.ts';
import { locateRoot } from './project/locate.ts';

/** So many entries are looked at: a doctor answers in a second. */
const MOST_ENTRIES = 30_000;

/** What of a folder is somebody else's than the folder; of a tree that is, only its root is named. */
export function ownershipIn(root: string, files: Pick<Files, 'stat' | 'entries'>): Ownership {
  const own = files.stat(root)?.uid;
  const foreign: { path: string; uid: number }[] = [];
  const waiting = [''];
  let left = MOST_ENTRIES;
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    for (const { name, kind } of files.entries(join(root, folder))) {
      left -= 1;
      if (left < 0) return { root, foreign, isCut: true };
      const path = folder === '' ? name : `${folder}/${name}`;
      const uid = files.stat(join(root, path))?.uid;
      if (uid !== undefined && uid !== own) foreign.push({ path, uid });
      else if (kind === 'directory') waiting.push(path);
    }
  }
  return { root, foreign, isCut: false };
}

/** The project here, whose its files are, and what projects have left that are gone. */
export async function examineProjects(
  project: string | undefined,
  world: World,
): Promise<readonly Finding[]> {
  const root = locateRoot(world, project);
  const files = root.ok ? diagnoseOwnership(ownershipIn(root.value, world.files)) : [];
  const listed = await listProjects(world, () => undefined);
  return [...files, ...(listed.ok ? diagnoseLeftovers(listed.value) : [])];
}
