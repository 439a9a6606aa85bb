import { dirname } from 'node:path';
import { lockfilesOf, type Module } from '../../model/module.ts';
import type { WatchSettings } from '../../model/settings.ts';
import type { SyncRule } from '../../watch/sync-rules.ts';
import type { ScopeModule } from '../../watch/watch-scope.ts';

/** What of a definition says what is watched, and how. */
export interface Watched {
  readonly modules: readonly Module[];
  readonly watch: WatchSettings;
  /** Files that the definition reads, absolute, wherever they lie. */
  readonly files: readonly string[];
  /** What `develop.watch` of the services asks for. */
  readonly sync: readonly SyncRule[];
}

/** The files of the definition alone: for as long as there is none that is right. */
export const NOT_DEFINED: Watched = {
  modules: [],
  files: [],
  sync: [],
  watch: { enabled: true, mode: 'auto', quietMs: 50 },
};

/** Alike for two definitions that are watched in the same way. */
export function watchedFingerprint({ modules, watch, files, sync }: Watched): string {
  const facts = modules.map((module) => [
    module.path,
    module.ignore,
    module.artifact,
    lockfilesOf(module),
  ]);
  return JSON.stringify([watch.mode, watch.quietMs, facts, files, sync]);
}

/** A module's folder, relative to the project's; empty for the project's own. */
export const moduleFolder = ({ path }: Pick<Module, 'path'>): string => (path === '.' ? '' : path);

/** A module as the scope of the watch has it. */
export function watchScopeOf(module: Module): ScopeModule {
  return { name: module.name, path: moduleFolder(module), lockfiles: lockfilesOf(module) };
}

/** Patterns of what is not watched in a module: what it builds or installs is not what people edit. */
export function ignoredIn(module: Module): readonly string[] {
  return [...module.ignore, ...madeIn(module).map((path) => `/${path}`)];
}

/** Paths in a module that tools fill. */
function madeIn({ artifact, install }: Module): readonly string[] {
  // Those of a workspace are called node_modules, wherever they lie.
  const installed = install?.workspace === undefined ? (install?.directories ?? []) : [];
  return [...artifact, ...installed.filter((path) => !path.startsWith('/'))];
}

/** The topmost folders outside of the project that hold what containers are given. */
export function foldersOutside(
  root: string,
  paths: readonly string[],
  isDirectory: (path: string) => boolean,
): readonly string[] {
  const outside = paths.filter((path) => !lies(root, path));
  const all = outside.map((path) => (isDirectory(path) ? path : dirname(path)));
  return [...new Set(all)].filter(
    (folder) => !all.some((other) => other !== folder && lies(other, folder)),
  );
}

const lies = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(`${folder}/`);
