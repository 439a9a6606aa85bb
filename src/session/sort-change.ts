import type { Settings } from '../model/settings.ts';
import type { FileTopic } from '../watch/watch-scope.ts';
import { isWatched } from './session-modules.ts';

/** What the watcher saw: paths relative to the project root, each with what it is about. */
export interface FileChange {
  readonly paths: readonly string[];
  /** Those of them that were not there before, or are not any more; none where that is unknown. */
  readonly comeOrGone: ReadonlySet<string>;
  /** Epoch milliseconds of the first event. */
  readonly firstAt: number;
  /** Epoch milliseconds of the last event. */
  readonly lastAt: number;
  readonly topics: (path: string) => readonly FileTopic[];
}

/** A change of files by what it asks for. A file may be in several of them. */
export interface SortedChange {
  /** Files of each module that is watched. */
  readonly modules: ReadonlyMap<string, readonly string[]>;
  /** Modules that are not watched and changed all the same. */
  readonly unwatched: ReadonlySet<string>;
  /** Lockfiles, each with the module whose dependencies it locks. */
  readonly lockfiles: readonly { readonly module: string; readonly path: string }[];
  readonly definitions: readonly string[];
  /** Files that say what is watched. */
  readonly ignoreFiles: readonly string[];
}

export function sortChange(
  { paths, topics }: FileChange,
  settings: Pick<Settings, 'watch' | 'modules'>,
): SortedChange {
  const modules = new Map<string, string[]>();
  const lockfiles: { readonly module: string; readonly path: string }[] = [];
  const definitions: string[] = [];
  const ignoreFiles: string[] = [];
  const unwatched = new Set<string>();
  for (const path of paths) {
    for (const topic of topics(path)) {
      if (topic.kind === 'definition') definitions.push(path);
      if (topic.kind === 'ignore-file') ignoreFiles.push(path);
      if (topic.kind === 'lockfile') lockfiles.push({ module: topic.module, path });
      if (topic.kind !== 'module') continue;
      const { module } = topic;
      if (isWatched({ settings }, module)) {
        modules.set(module, [...(modules.get(module) ?? []), path]);
      } else unwatched.add(module);
    }
  }
  return { modules, unwatched, lockfiles, definitions, ignoreFiles };
}
