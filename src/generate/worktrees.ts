import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Files } from '../ports/files.ts';

type GitFiles = Pick<Files, 'read' | 'stat' | 'realPath'>;

/** A clone, and where git keeps what its worktrees have in common: both absolute. */
interface Clone {
  readonly folder: string;
  readonly common: string;
}

/**
 * The clone that a folder is a worktree of. The folder's own word is not enough, as it may come out of
 * an archive: git has noted the worktree in the clone, too.
 *
 * @param root absolute, symlinks resolved.
 */
export function cloneOfWorktree(root: string, files: GitFiles): Clone | undefined {
  const link = join(root, '.git');
  if (files.stat(link)?.kind !== 'file') return undefined;
  const written = /^gitdir: (.+)$/m.exec(firstText(link, files) ?? '')?.[1];
  const noted = written === undefined ? undefined : files.realPath(resolve(root, written));
  if (noted === undefined || basename(dirname(noted)) !== 'worktrees') return undefined;
  const common = dirname(dirname(noted));
  const told = firstText(join(noted, 'commondir'), files) ?? '';
  const isOfClone = files.realPath(resolve(noted, told)) === common;
  const back = files.realPath(firstText(join(noted, 'gitdir'), files) ?? '');
  if (!isOfClone || back !== link || root.startsWith(common + sep)) return undefined;
  return { folder: basename(common) === '.git' ? dirname(common) : common, common };
}

/**
 * The other folders with a working tree of the same clone, the clone itself first: absolute.
 *
 * @param root absolute, symlinks resolved.
 */
export function otherWorktrees(
  root: string,
  files: GitFiles & Pick<Files, 'list'>,
): readonly string[] {
  const clone = cloneOfWorktree(root, files) ?? { folder: root, common: join(root, '.git') };
  const noted = join(clone.common, 'worktrees');
  const folders = files.list(noted).flatMap((name) => {
    const link = firstText(join(noted, name, 'gitdir'), files);
    const folder = link === undefined ? undefined : files.realPath(dirname(link));
    return folder === undefined ? [] : folder;
  });
  const isOurs = (folder: string): boolean =>
    cloneOfWorktree(folder, files)?.common === clone.common;
  const own = clone.folder === clone.common ? [] : [clone.folder];
  return [...own, ...folders.filter(isOurs).sort()].filter((folder) => folder !== root);
}

function firstText(path: string, files: Pick<Files, 'read'>): string | undefined {
  const text = files.read(path);
  return text.ok ? text.value?.trim() : undefined;
}
