import { join, relative } from 'node:path';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';
import type { FileChange } from '../../session/sort-change.ts';
import { startFileWatch } from '../../watch/file-watch.ts';
import type { FileWatch, FileWatchParts } from '../../watch/file-watch.ts';
import { createIgnoreRules } from '../../watch/ignore-rules.ts';
import { createSyncRules } from '../../watch/sync-rules.ts';
import type { SyncRules } from '../../watch/sync-rules.ts';
import { createWatchInterest } from '../../watch/watch-interest.ts';
import { createWatchScope } from '../../watch/watch-scope.ts';
import { isSeen, unwatchedModules } from './watched-disk.ts';
import { moduleFolder, foldersOutside, ignoredIn, watchScopeOf } from './watched.ts';
import type { Watched } from './watched.ts';
import type { WatchMode } from './watch-mode.ts';
import type { WatchTroubles } from './watch-troubles.ts';

export interface OpenWatchParts extends FileWatchParts {
  readonly files: Files;
  /** The project's folder, absolute. */
  readonly root: string;
  readonly places: Pick<Places, 'dev'>;
  /** Ends what is opened, while it is still being set up, too. */
  readonly signal: AbortSignal;
  readonly troubles: WatchTroubles;
  readonly onChange: (change: FileChange) => void;
  readonly onMode: (mode: WatchMode) => void;
  /** A file that says what is watched was edited. */
  readonly onIgnoreFile: () => void;
  /** Files of the definition that a watch on folders does not see, absolute. */
  readonly onUnseen: (files: readonly string[], topics: FileChange['topics']) => void;
}

/** One watch on the project, and one on each folder outside of it that containers are given. */
export async function openWatch(parts: OpenWatchParts, watched: Watched): Promise<FileWatch> {
  const { root, files } = parts;
  const sync = createSyncRules(watched.sync);
  const folders = foldersOutside(root, sync.paths, (path) => files.isDirectory(path));
  const opened: FileWatch[] = [await openProject(parts, watched, sync)];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((one) => one.close()));
  };
  try {
    for (const folder of folders) opened.push(await openOutside(parts, folder, watched, sync));
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function openOutside(
  parts: OpenWatchParts,
  folder: string,
  { watch: { mode, quietMs } }: Watched,
  sync: SyncRules,
): Promise<FileWatch> {
  const { root, places, signal, troubles } = parts;
  const fromRoot = (path: string): string => relative(root, join(folder, path));
  return startFileWatch(
    parts,
    {
      ...{ root: folder, mode, quietMs, probeFolder: places.dev, signal },
      ignored: (path, kind) => !sync.wants(path, kind),
    },
    {
      onChange: (change) => {
        if (signal.aborted) return;
        parts.onChange({
          ...change,
          paths: change.paths.map(fromRoot),
          comeOrGone: new Set([...change.comeOrGone].map(fromRoot)),
          topics: () => [{ kind: 'none' }],
        });
      },
      // The project's own watch tells of the machine's limits.
      onMode: () => undefined,
      onSlowStart: (at) => troubles.slow(at),
      onUnwatched: () => undefined,
      onKnown: () => undefined,
    },
  );
}

function openProject(
  parts: OpenWatchParts,
  { modules, files: definition, watch: { mode, quietMs } }: Watched,
  sync: SyncRules,
): Promise<FileWatch> {
  const { root, files, index, places, signal, troubles } = parts;
  const rules = createIgnoreRules({
    read: (path) => {
      const text = files.read(join(root, path));
      return text.ok ? text.value : undefined;
    },
    modules: modules.map((module) => ({
      name: module.name,
      path: moduleFolder(module),
      ignore: ignoredIn(module),
    })),
  });
  const scope = createWatchScope(
    modules.map(watchScopeOf),
    definition.map((path) => relative(root, path)),
  );
  const interest = createWatchInterest(root, { scope, rules, sync });
  const unseen = definition.filter((path) => !isSeen(path, rules, parts));
  parts.onUnseen(unseen, (path) => scope.topics(path));
  const isIgnoreFile = (path: string): boolean =>
    interest.topics(path).some(({ kind }) => kind === 'ignore-file');
  return startFileWatch(
    parts,
    {
      ...{ root, mode, quietMs, probeFolder: places.dev, signal },
      ignored: (path, kind) => interest.ignored(path, kind),
    },
    {
      onChange: (change) => {
        if (signal.aborted) return;
        parts.onChange({ ...change, topics: (path) => interest.topics(path) });
        if (change.paths.some(isIgnoreFile)) parts.onIgnoreFile();
      },
      onMode: (now) => {
        parts.onMode(now);
        troubles.polls(now.mode === 'poll' ? now.reason : undefined);
      },
      onSlowStart: (at) => troubles.slow(at),
      onUnwatched: (folders) => troubles.folders(folders),
      onKnown: () => {
        const count = (folder: string): number => index.below(folder).length;
        troubles.modules(unwatchedModules(modules, rules, parts, count));
      },
    },
  );
}
