import { sha256 } from '../util/sha256.ts';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Files } from '../ports/files.ts';

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
  const owner = cloneOfWorktree(root, files) ?? root;
  return sha256(owner).slice(0, LENGTH);
}

/**
 * The clone that a folder is a worktree of. The folder's own word is not enough, as it may come out of
 * an archive: git has noted the worktree in the clone, too.
 */
function cloneOfWorktree(root: string, files: ScopeFiles): string | undefined {
  const link = join(root, '.git');
  if (files.stat(link)?.kind !== 'file') return undefined;
  const read = (path: string): string | undefined => {
    const text = files.read(path);
    return text.ok ? text.value?.trim() : undefined;
  };
  const written = /^gitdir: (.+)$/m.exec(read(link) ?? '')?.[1];
  const noted = written === undefined ? undefined : files.realPath(resolve(root, written));
  if (noted === undefined || basename(dirname(noted)) !== 'worktrees') return undefined;
  const common = dirname(dirname(noted));
  const isOfClone = files.realPath(resolve(noted, read(join(noted, 'commondir')) ?? '')) === common;
  const back = files.realPath(read(join(noted, 'gitdir')) ?? '');
  if (!isOfClone || back !== link || root.startsWith(common + sep)) return undefined;
  return basename(common) === '.git' ? dirname(common) : common;
}
