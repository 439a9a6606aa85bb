import { join, relative } from 'node:path';
import type { Module } from '../../model/module.ts';
import type { Files } from '../../ports/files.ts';
import type { IgnoreRules } from '../../watch/ignore-rules.ts';
import { whyUnwatched } from '../../watch/unwatched-modules.ts';
import { moduleFolder } from './watched.ts';

interface Disk {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly files: Pick<Files, 'isDirectory' | 'realPath' | 'list' | 'linkTarget'>;
}

/** Modules of which nothing is watched, each with why. */
export function unwatchedModules(
  modules: readonly Module[],
  rules: IgnoreRules,
  { root, files }: Disk,
  /** Of those below an absolute path. */
  countWatched: (folder: string) => number,
): ReadonlyMap<string, string> {
  const unwatched = new Map<string, string>();
  for (const module of modules) {
    const path = moduleFolder(module);
    const folder = join(root, path);
    const isFolder = files.isDirectory(folder);
    const state = !isFolder ? 'missing' : isLink({ root, files }, path) ? 'link' : 'folder';
    const why = whyUnwatched(
      {
        ...{ name: module.name, path, state },
        names: files.list(folder),
        watchedFiles: countWatched(folder),
      },
      rules,
    );
    if (why !== undefined) unwatched.set(module.name, why);
  }
  return unwatched;
}

/** Whether a watch on the project's folders sees the file, should it come or change. */
export function isSeen(path: string, rules: IgnoreRules, { root, files }: Disk): boolean {
  const inside = relative(root, path);
  if (inside.startsWith('..')) return false;
  const names = inside.split('/');
  return names.every((_, index) => {
    const part = names.slice(0, index + 1).join('/');
    const kind = index + 1 < names.length ? 'directory' : 'file';
    // One that leads nowhere yet is one as well: what it is to lead to comes where nobody looks.
    const isLinked = files.linkTarget(join(root, part)) !== undefined;
    return !isLinked && !rules.alwaysIgnored(part, kind);
  });
}

/** Whether the path, relative to the project's folder, leads elsewhere, or to nothing. */
function isLink({ root, files }: Disk, path: string): boolean {
  return files.realPath(join(root, path)) !== join(files.realPath(root) ?? root, path);
}
