import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMissing } from './file-failure.ts';

/**
 * Makes a private folder somewhere below another one that has to be there: a project that was
 * deleted is not begun again by a log of it. Throws like `node:fs`.
 */
export function makeFolderBelow(base: string, folder: string): void {
  statSync(base);
  makeFolders(folder, 0o700);
}

/**
 * Makes a folder and those above it. Throws like `node:fs`, but with what is wrong: where the first one
 * cannot be made, Node says that the last one has no parent.
 */
export function makeFolders(folder: string, mode?: number): void {
  try {
    mkdirSync(folder, { recursive: true, mode });
  } catch (error) {
    if (!isMissing(error)) throw error;
    let first = folder;
    while (!existsSync(dirname(first))) first = dirname(first);
    mkdirSync(first, mode);
    mkdirSync(folder, { recursive: true, mode });
  }
}
