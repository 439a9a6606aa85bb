import { sha256 } from '../util/sha256.ts';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { installFolder, lockfilesOf, MOUNTED_AT } from '../model/module.ts';
import type { Install, Module } from '../model/module.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { dependencyFolder } from './dependency-folders.ts';
import { otherWorktrees } from './worktrees.ts';
import type { DependencyMount, FolderMount, VolumeMount } from './module-layer.ts';

/** Labels on volumes with dependencies. */
export const DEPENDENCY_LABELS = {
  kind: 'dev.onestack.kind',
  /** The project that made it; another one may use it too. */
  project: 'dev.onestack.project',
  module: 'dev.onestack.module',
  key: 'dev.onestack.key',
} as const;
export const DEPENDENCIES_KIND = 'dependencies';

/** Where base images keep the caches of package managers and compilers. */
export const CACHE_PATH = '/var/cache/onestack';
/** How much of a key a volume's name shows. */
export const NAME_LENGTH = 16;
/** How much of a project folder's hash tells its installs from those of others. */
const PLACE_LENGTH = 8;
/** Changes with the way an install is done, so that all are done anew. */
const RECIPE = 'onestack-install-1';

/** What an install is keyed by, besides the module's own files. */
export interface InstallSurroundings {
  /** Fingerprinted reference of the module's base image. */
  readonly image: string;
  readonly uid: number;
  readonly gid: number;
}

/** A module's locked dependencies: one install, kept in volumes or in the project itself. */
export interface ModuleInstall {
  readonly module: Module;
  readonly install: Install;
  /** That it is run in, relative to the project root. */
  readonly folder: string;
  readonly image: string;
  /** sha256, hex: of all that the result depends on. */
  readonly key: string;
  /** One volume for each of the install's directories that containers alone see. */
  readonly mounts: readonly VolumeMount[];
  /** A volume of this name exists when what is in volumes is complete. */
  readonly marker: string;
  /** Directories that lie in the project, absolute on the host: editors see what containers see. */
  readonly shared: readonly FolderMount[];
  /** The volume with all caches. */
  readonly cacheVolume: string;
  /** Parts of the cache that editors read. */
  readonly caches: readonly FolderMount[];
  /** A file that is there when those are filled; undefined where there are none. */
  readonly cachesFilled: string | undefined;
  /** Whether shared directories and caches hold exactly this. */
  readonly installed: boolean;
  /** Whether they hold something that was installed before. */
  readonly replaces: boolean;
  /** The volumes that held all this before there were shared directories. */
  readonly former: readonly VolumeMount[];
  /**
   * Another worktree of the clone whose folders hold exactly this, absolute: they need not be fetched
   * and unpacked again.
   */
  readonly twin?: string;
  /** Directories relative to the project that the person filled herself, so that none is shared. */
  readonly own: readonly string[];
  /** Name of the one-off container; the engine lets only one have it, so it is the install's lock. */
  readonly container: string;
}

/** The volume with the caches of a folder's installs; survives every change of lockfiles. */
export function cacheVolume(uid: number, scope: string): string {
  return `onestack-cache-${String(uid)}-${scope}`;
}

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

function describe(
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

const isRelative = (directory: string): boolean => !directory.startsWith('/');

/** The volumes that there are when an install is complete. */
export function volumesOf({ mounts, marker, shared, caches }: ModuleInstall): readonly string[] {
  const hasNone = mounts.length === 0 && shared.length + caches.length > 0;
  return hasNone ? [] : [marker, ...mounts.map(({ volume }) => volume)];
}

export interface ReadInstallsRequest {
  readonly files: Files;
  /** Absolute. */
  readonly root: string;
  readonly modules: readonly Module[];
  /** Base image name → fingerprinted reference. */
  readonly references: ReadonlyMap<string, string>;
  readonly person: { readonly uid: number; readonly gid: number };
  /** Whose caches are used. */
  readonly cacheScope: string;
  /**
   * The folder for downloaded packages, absolute: dependencies are shared with editors on the host.
   * Undefined: containers keep them to themselves.
   */
  readonly packages?: string | undefined;
}

/**
 * The installs of all modules that have one, by module name, with the key of what their lockfiles
 * say now.
 */
export function readInstalls(
  request: ReadInstallsRequest,
): Result<ReadonlyMap<string, ModuleInstall>, Failure> {
  const { files, root, references, person } = request;
  const installs = new Map<string, ModuleInstall>();
  let others: readonly string[] | undefined;
  const worktrees = (): readonly string[] => (others ??= otherWorktrees(root, files));
  for (const module of request.modules) {
    if (module.install === undefined) continue;
    const contents = new Map<string, string>();
    for (const name of lockfilesOf(module)) {
      const bytes = files.readBytes(join(root, name));
      if (!bytes.ok) return fail(bytes.failure);
      // Some lockfiles are binary (bun.lockb): each byte stands for itself.
      contents.set(name, Buffer.from(bytes.value ?? []).toString('latin1'));
    }
    const image = references.get(module.image) ?? module.image;
    installs.set(
      module.name,
      describe(module, module.install, contents, { image, ...person }, request, worktrees),
    );
  }
  return ok(installs);
}

/** A module and every one whose code it imports, over any number of steps. */
function withUsed(module: Module, byName: ReadonlyMap<string, Module>): readonly Module[] {
  const found = new Set<Module>();
  const visit = (one: Module): void => {
    if (found.has(one)) return;
    found.add(one);
    for (const name of one.uses) {
      const used = byName.get(name);
      if (used !== undefined) visit(used);
    }
  };
  visit(module);
  return [...found];
}

/**
 * What each module's container mounts, by module name: its own dependencies, those of the modules
 * that it uses (their code is imported where it lies, and looks for its packages there), and the
 * caches.
 */
export function dependencyMounts(
  modules: readonly Module[],
  installs: ReadonlyMap<string, ModuleInstall>,
  volume: string,
): ReadonlyMap<string, readonly DependencyMount[]> {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const caches = { volume, target: CACHE_PATH };
  return new Map(
    modules.map((module) => {
      const all = withUsed(module, byName).flatMap(({ name }): readonly DependencyMount[] => {
        const install = installs.get(name);
        return install === undefined ? [] : [...install.mounts, ...install.caches];
      });
      // An absolute target can come from several modules: the module's own is first and wins.
      const byTarget = new Map(all.toReversed().map((mount) => [mount.target, mount]));
      return [module.name, [...byTarget.values()].reverse().concat(caches)];
    }),
  );
}

/**
 * Keys of what each module's container sees of dependencies in the project itself, by module name:
 * no mount of it tells when they become others.
 */
export function installedKeys(
  modules: readonly Module[],
  installs: ReadonlyMap<string, ModuleInstall>,
): ReadonlyMap<string, string> {
  const byName = new Map(modules.map((module) => [module.name, module]));
  return new Map(
    modules.flatMap((module) => {
      const keys = withUsed(module, byName).flatMap(({ name }) => {
        const install = installs.get(name);
        const hasShared =
          install !== undefined && install.shared.length + install.caches.length > 0;
        return hasShared ? [install.key.slice(0, NAME_LENGTH)] : [];
      });
      return keys.length === 0 ? [] : [[module.name, [...new Set(keys)].sort().join(' ')]];
    }),
  );
}
