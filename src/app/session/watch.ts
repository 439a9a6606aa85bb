import { join, relative } from 'node:path';
import type { Module } from '../../model/module.ts';
import type { WatchSettings } from '../../model/settings.ts';
import type { FileChange } from '../../session/sort-change.ts';
import type { Happening } from '../../session/event-bus.ts';
import type { Files } from '../../ports/files.ts';
import { createContentIndex } from '../../watch/content-index.ts';
import { startFileWatch } from '../../watch/file-watch.ts';
import type { FileWatch, FileWatchParts, FileWatchSink } from '../../watch/file-watch.ts';
import { createIgnoreRules } from '../../watch/ignore-rules.ts';
import { createWatchScope } from '../../watch/watch-scope.ts';

/** How files are watched, as the watch tells it. */
type WatchMode = Parameters<FileWatchSink['onMode']>[0];

const SWITCHED_OFF = 'dev.settings.yaml says watch.enabled: false';

export interface WatchKeeperParts extends Omit<FileWatchParts, 'index'> {
  readonly files: Files;
  readonly root: string;
  readonly devDirectory: string;
  /** Changes from then on, epoch milliseconds, are told, too: before there was a watch. */
  readonly editsSinceMs?: number;
  readonly onChange: (change: FileChange) => void;
  readonly emit: (happening: Happening) => void;
}

/** What of a definition says what is watched, and how. */
export interface Watched {
  readonly modules: readonly Module[];
  readonly watch: WatchSettings;
  /** Files of the definition that have no usual name, relative to the project. */
  readonly files: readonly string[];
}

/** The files of the definition alone: for as long as there is none that is right. */
const NOT_DEFINED: Watched = {
  modules: [],
  files: [],
  watch: { enabled: true, mode: 'auto', quietMs: 50 },
};

export interface WatchKeeper {
  /** Watches what the definition names; anew when that is something else than before. */
  define(watched: Watched): void;
  /** There is no definition to go by: unless there was one before, its files are watched. */
  defineNothing(): void;
  close(): Promise<void>;
}

/** Keeps the watch in line with the definition and the ignore files. */
export function createWatchKeeper(parts: WatchKeeperParts): WatchKeeper {
  const index = createContentIndex(parts.looks);
  if (parts.editsSinceMs !== undefined) index.watchedSince(parts.editsSinceMs);
  let watch: FileWatch | undefined;
  let fingerprint = '';
  let newest: Watched | undefined;
  /** A watch is to be opened that has not begun to be. */
  let due = false;
  let work: Promise<void> = Promise.resolve();
  let closed = false;

  /** The next watch starts before the last one ends, and knows what it knew: no save is missed. */
  function start(): void {
    if (due) return;
    due = true;
    work = work.then(async () => {
      due = false;
      // By now there may be a newer definition than the one that asked for it.
      if (closed || newest === undefined) return;
      const before = watch;
      watch = await open(newest);
      await before?.close();
    });
  }

  function open({ modules, files: definition, watch: settings }: Watched): Promise<FileWatch> {
    const { root, files } = parts;
    const rules = createIgnoreRules({
      read: (path) => {
        const text = files.read(join(root, path));
        return text.ok ? text.value : undefined;
      },
      // What a module builds is not what people edit.
      modules: modules.map((module) => ({
        path: module.path === '.' ? '' : module.path,
        ignore: [...module.ignore, ...module.artifact.map((path) => `/${path}`)],
      })),
    });
    const scope = createWatchScope(
      modules.map(({ name, path, install }) => ({
        name,
        path,
        lockfiles: install?.lockfiles ?? [],
      })),
      definition,
    );
    return startFileWatch(
      { ...parts, index },
      {
        root,
        ignored: (path, kind) => {
          const inside = relative(root, path);
          if (kind === 'directory' && !scope.enters(inside)) return true;
          // The settings are in .gitignore, and often the whole definition is in .dockerignore.
          if (scope.defines(inside)) return rules.alwaysIgnored(inside, kind);
          return rules.ignored(inside, kind);
        },
        mode: settings.mode,
        quietMs: settings.quietMs,
        probeFolder: join(parts.devDirectory, 'state'),
      },
      {
        onChange: (change) => {
          if (closed) return;
          const topics = (path: string) => scope.topics(path);
          parts.onChange({ ...change, topics });
          const ignoreFile = change.paths.some((path) =>
            topics(path).some(({ kind }) => kind === 'ignore-file'),
          );
          if (ignoreFile) start();
        },
        onMode: (now) => {
          how = now;
          tellHow();
          tellPolling(now.mode, now.reason);
        },
      },
    );
  }

  let how: WatchMode | undefined;
  let wanted = true;
  /** Files are watched all the same while checks are not wanted: the definition is followed. */
  function tellHow(): void {
    if (how === undefined) return;
    const { mode, reason, entries } = how;
    if (wanted) {
      parts.emit({ kind: 'watching', mode, entries, ...(reason === undefined ? {} : { reason }) });
    } else {
      parts.emit({ kind: 'watching', mode: 'off', entries, reason: SWITCHED_OFF });
    }
  }

  let polls = false;
  function tellPolling(mode: 'events' | 'poll', reason: string | undefined): void {
    if (mode === 'events' || reason === undefined) {
      if (polls) parts.emit({ kind: 'problem-solved', key: 'watch' });
      polls = false;
      return;
    }
    polls = true;
    const what = 'changes of files are looked for every few moments, for want of events';
    parts.emit({
      kind: 'problem',
      key: 'watch',
      level: 'warning',
      failures: [{ reason: 'host', what, why: reason }],
    });
  }

  function define(watched: Watched): void {
    newest = watched;
    const { watch: settings } = watched;
    if (wanted !== settings.enabled) {
      wanted = settings.enabled;
      tellHow();
    }
    const modules = watched.modules.map(({ path, ignore, artifact, install }) => [
      path,
      ignore,
      artifact,
      install?.lockfiles,
    ]);
    const now = JSON.stringify([settings.mode, settings.quietMs, modules, watched.files]);
    if (now === fingerprint) return;
    fingerprint = now;
    start();
  }

  return {
    define,
    defineNothing: () => {
      if (newest === undefined) define(NOT_DEFINED);
    },
    close: async () => {
      closed = true;
      await work;
      await watch?.close();
    },
  };
}
