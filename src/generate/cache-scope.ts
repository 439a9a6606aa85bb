import { sha256 } from '../util/sha256.ts';
import type { Files } from '../ports/files.ts';
import { cloneOfWorktree } from './worktrees.ts';

type ScopeFiles = Pick<Files, 'read' | 'stat' | 'realPath'>;

const LENGTH = 12;

/**
 * Whose caches of package managers and compilers a folder may use, as hexadecimal digits. What lies in
 * such a cache runs wherever it is used, so that no two folders share one, whatever their projects call
 * themselves, but for worktrees of one clone.
 *
 * @param root the project folder: absolute, symlinks resolved.
 */
export function cacheScope(root: string, files: ScopeFiles): string {
  const owner = cloneOfWorktree(root, files)?.project ?? root;
  return sha256(owner).slice(0, LENGTH);
}
