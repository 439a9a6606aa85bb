import { sha256 } from '../util/sha256.ts';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { installFolder, MOUNTED_AT } from '../model/module.ts';
import type { Install, Module } from '../model/module.ts';
import type { Files } from '../ports/files.ts';
import { dependencyFolder } from './dependency-folders.ts';
import {
  CACHE_PATH,
  type InstallSurroundings,
  type ModuleInstall,
  cacheVolume,
  isRelative,
  type ReadInstallsRequest,
  NAME_LENGTH,
} from './module-install.ts';

/** How much of a project folder's hash tells its installs from those of others. */
const PLACE_LENGTH = 8;
/** Changes with the way an install is done, so that all are done anew. */
const RECIPE = 'onestack-install-1';

/**
 * The key of a module's installed dependencies. The folder counts, because virtual environments and
 * links know where they lie.
 *
 * @param contents lockfile or manifest → its bytes as latin1, in the order of `install.lockfiles`.
 */
export function dependencyKey(
  module: Pick<Module, 'path'>,
  install: Install,
  contents: ReadonlyMap<string, string>,
  { image, uid, gid }: InstallSurroundings,
): string {
  const folder = installFolder(module, install);
  const inputs = [RECIPE, folder, install.run, install.directories, image, uid, gid];
  return createHash('sha256')
    .update(JSON.stringify([...inputs, [...contents]]))
    .digest('hex');
}

export function describeInstall(
  module: Module,
  install: Install,
  contents: ReadonlyMap<string, string>,
  surroundings: InstallSurroundings,
  { root, files, packages, cacheScope }: ReadInstallsRequest,
  worktrees: () => readonly string[],
): ModuleInstall {
  const key = dependencyKey(module, install, contents, surroundings);
  const short = volumeKey(key, cacheScope);
  const name = `onestack-deps-${short}`;
  const folder = installFolder(module, install);
  const former = install.directories.map((directory, index) => ({
    volume: `${name}-${String(index)}`,
    target: directory.startsWith('/') ? directory : join(MOUNTED_AT, folder, directory),
  }));
  const inProject = packages === undefined ? [] : install.directories.filter(isRelative);
  const looks = inProject.map((directory) => ({
    directory,
    path: join(root, folder, directory),
    look: dependencyFolder(join(root, folder, directory), files.confined(root)),
  }));
  const own = looks.flatMap(({ directory, look }) =>
    look.kind === 'own' ? [join(folder, directory)] : [],
  );
  const isShared = packages !== undefined && own.length === 0;
  const caches = isShared
    ? (install.caches ?? []).map((cache) => ({
        folder: join(packages, cache),
        target: join(CACHE_PATH, cache),
      }))
    : [];
  const cachesFilled = isShared && caches.length > 0 ? join(packages, 'installed', key) : undefined;
  const isFilled = looks.every(({ look }) => look.kind === 'filled' && look.key === key);
  const hasCaches = cachesFilled === undefined || files.exists(cachesFilled);
  const place = sha256(root).slice(0, PLACE_LENGTH);
  const inFolders = looks.length === install.directories.length && caches.length === 0;
  const twin =
    isShared && inFolders && !isFilled
      ? worktrees().find((other) => isFilledWith(key, other, inProject, { folder, files }))
      : undefined;
  return {
    module,
    install,
    folder,
    image: surroundings.image,
    key,
    mounts: isShared
      ? former.filter((_, index) => !isRelative(install.directories[index] ?? ''))
      : former,
    marker: `${name}-done`,
    shared: isShared
      ? looks.map(({ directory, path }) => ({
          folder: path,
          target: join(MOUNTED_AT, folder, directory),
        }))
      : [],
    caches,
    cacheVolume: cacheVolume(surroundings.uid, cacheScope),
    cachesFilled,
    installed: !isShared || (isFilled && hasCaches),
    replaces: isShared && looks.some(({ look }) => look.kind === 'filled'),
    ...(twin !== undefined && { twin }),
    former,
    own,
    container: `onestack-install-${short}${isShared ? `-${place}` : ''}`,
  };
}

/** Whether all directories of an install are there in another worktree, as the tool left them. */
function isFilledWith(
  key: string,
  worktree: string,
  directories: readonly string[],
  { folder, files }: { readonly folder: string; readonly files: Files },
): boolean {
  const confined = files.confined(worktree);
  return (
    directories.length > 0 &&
    directories.every((directory) => {
      const look = dependencyFolder(join(worktree, folder, directory), confined);
      return look.kind === 'filled' && look.key === key;
    })
  );
}

/**
 * What volumes are named by. Whoever has just these lockfiles may run something else with them, so that
 * the key alone is no reason to share.
 */
function volumeKey(key: string, scope: string): string {
  return sha256(`${scope} ${key}`).slice(0, NAME_LENGTH);
}
