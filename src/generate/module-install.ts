import type { Install, Module } from '../model/module.ts';
import type { Files } from '../ports/files.ts';
import type { FolderMount, VolumeMount } from './module-layer.ts';

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

export const isRelative = (directory: string): boolean => !directory.startsWith('/');

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
