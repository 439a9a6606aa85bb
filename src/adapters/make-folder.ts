import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a private folder somewhere below another one that has to be there: a project that was
 * deleted is not begun again by a log of it. Throws like `node:fs`.
 */
export function makeFolderBelow(base: string, folder: string): void {
  statSync(base);
  makeFolders(folder, 0o700);
}

/**
 * Makes a folder and those above it, one by one. Throws like `node:fs` for the first that cannot be
 * made: Node's own `recursive` says of the last one that it has no parent, and never ends where a file
 * system knows no such thing as making a folder (`/proc`, homes that are mounted when asked for).
 */
export function makeFolders(folder: string, mode?: number): void {
  const missing: string[] = [];
  for (let at = folder; !isFolder(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at);
  for (const one of missing) makeOne(one, mode);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Somebody else may have made it a moment ago. */
function makeOne(path: string, mode: number | undefined): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (!isFolder(path)) throw error;
  }
}
