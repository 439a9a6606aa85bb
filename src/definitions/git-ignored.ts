import { dirname, join } from 'node:path';
import type { Files } from '../ports/files.ts';

/**
 * Whether git would show a file of the project's root as new: no `.gitignore` from here up to the
 * repository's root has a line that is its name. False outside a repository.
 */
export function isShownByGit(
  root: string,
  name: string,
  files: Pick<Files, 'exists' | 'read'>,
): boolean {
  for (let at = root; ; at = dirname(at)) {
    const text = files.read(join(at, '.gitignore'));
    const lines = text.ok ? (text.value ?? '').split(/\r?\n/) : [];
    if (lines.some((line) => line.trim().replace(/^\/|^\*\*\//, '') === name)) return false;
    if (files.exists(join(at, '.git'))) return true;
    if (at === dirname(at)) return false;
  }
}
