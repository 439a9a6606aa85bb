import { join, posix } from 'node:path';
import type { Files } from '../ports/files.ts';

/**
 * What a path of the project is really called, where the disk takes upper and lower case for the same
 * and it is written otherwise; undefined where it is called just that. On other machines, and in CI, it
 * would not be there.
 */
export function realCase(
  root: string,
  path: string,
  files: Pick<Files, 'exists' | 'list'>,
): string | undefined {
  let folder = '.';
  for (const name of path.split('/')) {
    const called = nameIn(join(root, folder), name, files);
    folder = posix.join(folder, called);
  }
  return folder === posix.normalize(path) ? undefined : folder;
}

function nameIn(folder: string, name: string, files: Pick<Files, 'exists' | 'list'>): string {
  const other = swapped(name);
  // A disk that tells them apart has nothing by that name, and its folder need not be read.
  if (other === name || !files.exists(join(folder, other))) return name;
  const names = files.list(folder);
  if (names.includes(name)) return name;
  return names.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
}

/** `Api` → `aPI`. */
function swapped(name: string): string {
  return Array.from(name, (letter) => {
    const lower = letter.toLowerCase();
    return letter === lower ? letter.toUpperCase() : lower;
  }).join('');
}
