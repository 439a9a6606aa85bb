import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { installFolder, lockfilesOf, MOUNTED_AT } from '../model/module.ts';
import type { Install, Module } from '../model/module.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { DependencyMount } from './module-layer.ts';

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
const CACHE_PATH = '/var/cache/onestack';
/** How much of a key a volume's name shows. */
const NAME_LENGTH = 16;
/** Changes with the way an install is done, so that all are done anew. */
const RECIPE = 'onestack-install-1';

/** What an install is keyed by, besides the module's own files. */
export interface InstallSurroundings {
  /** Fingerprinted reference of the module's base image. */
  readonly image: string;
  readonly uid: number;
  readonly gid: number;
}

/** A module's locked dependencies: one install, kept in volumes. */
export interface ModuleInstall {
  readonly module: Module;
  readonly install: Install;
  /** That it is run in, relative to the project root. */
  readonly folder: string;
  readonly image: string;
  /** sha256, hex: of all that the result depends on. */
  readonly key: string;
  /** One volume for each of the install's directories, in their order. */
  readonly mounts: readonly DependencyMount[];
  /** A volume of this name exists when the install is complete. */
  readonly marker: string;
}

/** The volume with all caches of one person; survives every change of lockfiles. */
export function cacheVolume(uid: number): string {
  return `onestack-cache-${String(uid)}`;
}

/**
 * The key of a module's installed dependencies. The folder counts, because virtual environments and
 * links know where they lie; the project does not, so worktrees share.
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
): ModuleInstall {
  const key = dependencyKey(module, install, contents, surroundings);
  const name = `onestack-deps-${key.slice(0, NAME_LENGTH)}`;
  return {
    module,
    install,
    folder: installFolder(module, install),
    image: surroundings.image,
    key,
    mounts: install.directories.map((directory, index) => ({
      volume: `${name}-${String(index)}`,
      target: directory.startsWith('/')
        ? directory
        : join(MOUNTED_AT, installFolder(module, install), directory),
    })),
    marker: `${name}-done`,
  };
}

export interface ReadInstallsRequest {
  readonly files: Files;
  /** Absolute. */
  readonly root: string;
  readonly modules: readonly Module[];
  /** Base image name → fingerprinted reference. */
  readonly references: ReadonlyMap<string, string>;
  readonly person: { readonly uid: number; readonly gid: number };
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
    installs.set(module.name, describe(module, module.install, contents, { image, ...person }));
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
  uid: number,
): ReadonlyMap<string, readonly DependencyMount[]> {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const caches = { volume: cacheVolume(uid), target: CACHE_PATH };
  return new Map(
    modules.map((module) => {
      const all = withUsed(module, byName).flatMap(({ name }) => installs.get(name)?.mounts ?? []);
      // An absolute target can come from several modules: the module's own is first and wins.
      const byTarget = new Map(all.toReversed().map((mount) => [mount.target, mount]));
      return [module.name, [...byTarget.values()].reverse().concat(caches)];
    }),
  );
}

/** One install to run: the first of the modules that share its key stands for all. */
export interface InstallRun {
  readonly install: ModuleInstall;
  /** `first install`, or what of the older install's inputs is not the same any more. */
  readonly cause: string;
}

/**
 * Which installs have to run: those without their marker, or with a volume gone.
 * @param existing volumes with dependencies that the engine has: name → labels.
 */
export function planInstalls(
  installs: Iterable<ModuleInstall>,
  existing: ReadonlyMap<string, Readonly<Record<string, string>>>,
  project: string,
): readonly InstallRun[] {
  const runs = new Map<string, InstallRun>();
  for (const install of installs) {
    const complete = [install.marker, ...install.mounts.map(({ volume }) => volume)];
    if (complete.every((volume) => existing.has(volume)) || runs.has(install.key)) continue;
    const before = [...existing.values()].some(
      (labels) =>
        labels[DEPENDENCY_LABELS.project] === project &&
        labels[DEPENDENCY_LABELS.module] === install.module.name,
    );
    const begun = install.mounts.some(({ volume }) => existing.has(volume));
    const changed = `${install.install.lockfiles.join(', ')} or base image changed`;
    const cause = begun ? 'interrupted before' : before ? changed : 'first install';
    runs.set(install.key, { install, cause });
  }
  return [...runs.values()];
}
