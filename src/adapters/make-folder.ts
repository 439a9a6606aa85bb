import { mkdirSync, statSync } from 'node:fs';

/**
 * Makes a private folder somewhere below another one that has to be there: a project that was
 * deleted is not begun again by a log of it. Throws like `node:fs`.
 */
export function makeFolderBelow(base: string, folder: string): void {
  statSync(base);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}
