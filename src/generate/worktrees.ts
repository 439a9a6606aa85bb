import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Files } from '../ports/files.ts';

type GitFiles = Pick<Files, 'read' | 'stat' | 'realPath'>;

/** The clone of a worktree: all absolute. */
interface Clone {
  /** Its own working tree; of a bare one, where git keeps everything. */
  readonly folder: string;
  /** Where git keeps what its worktrees have in common. */
  readonly common: string;
  /** The project's folder in it. */
  readonly project: string;
}

/**
 * The working tree that a folder lies in. What somebody else owns is none: everybody may put a `.git`
 * into a folder that is open to all.
 */
function workingTree(root: string, files: Pick<Files, 'stat'>): string | undefined {
  const owner = files.stat(root)?.uid;
  for (let folder = root; ; folder = dirname(folder)) {
    const found = files.stat(join(folder, '.git'));
    const owners = [found?.uid, files.stat(folder)?.uid];
    if (found !== undefined) return owners.every((uid) => uid === owner) ? folder : undefined;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * The clone that a folder lies in a worktree of. The folder's own word is not enough, as it may come out
 * of an archive: git has noted the worktree in the clone, too.
 *
 * @param root absolute, symlinks resolved.
 */
export function cloneOfWorktree(root: string, files: GitFiles): Clone | undefined {
  const top = workingTree(root, files);
  if (top === undefined) return undefined;
  const link = join(top, '.git');
  if (files.stat(link)?.kind !== 'file') return undefined;
  const written = /^gitdir: (.+)$/m.exec(firstText(link, files) ?? '')?.[1];
  const noted = written === undefined ? undefined : files.realPath(resolve(top, written));
  if (noted === undefined || basename(dirname(noted)) !== 'worktrees') return undefined;
  const common = dirname(dirname(noted));
  const told = firstText(join(noted, 'commondir'), files) ?? '';
  const isOfClone = files.realPath(resolve(noted, told)) === common;
  const back = files.realPath(firstText(join(noted, 'gitdir'), files) ?? '');
  if (!isOfClone || back !== link || top.startsWith(common + sep)) return undefined;
  const folder = basename(common) === '.git' ? dirname(common) : common;
  return { folder, common, project: join(folder, relative(top, root)) };
}

/**
 * The same project in the other working trees of its clone, that of the clone itself first: absolute.
 *
 * @param root absolute, symlinks resolved.
 */
export function otherWorktrees(
  root: string,
  files: GitFiles & Pick<Files, 'list' | 'isDirectory'>,
): readonly string[] {
  const top = workingTree(root, files);
  if (top === undefined) return [];
  const clone = cloneOfWorktree(top, files) ?? { folder: top, common: join(top, '.git') };
  const noted = join(clone.common, 'worktrees');
  const folders = files.list(noted).flatMap((name) => {
    const link = firstText(join(noted, name, 'gitdir'), files);
    const folder = link === undefined ? undefined : files.realPath(dirname(link));
    return folder === undefined ? [] : folder;
  });
  const isOurs = (folder: string): boolean =>
    cloneOfWorktree(folder, files)?.common === clone.common;
  const own = clone.folder === clone.common ? [] : [clone.folder];
  return (
    [...own, ...folders.filter(isOurs).sort()]
      .map((folder) => join(folder, relative(top, root)))
      // What a link leads to lies elsewhere.
      .filter((project) => project !== root && files.realPath(project) === project)
      .filter((project) => files.isDirectory(project))
  );
}

function firstText(path: string, files: Pick<Files, 'read'>): string | undefined {
  const text = files.read(path);
  return text.ok ? text.value?.trim() : undefined;
}
