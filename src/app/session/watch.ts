import { dirname, join, relative } from 'node:path';
import type { Places } from '../../model/places.ts';
import { lockfilesOf, type Module } from '../../model/module.ts';
import type { WatchSettings } from '../../model/settings.ts';
import type { FileChange } from '../../session/sort-change.ts';
import type { Happening } from '../../session/event-bus.ts';
import type { Files } from '../../ports/files.ts';
import { createContentIndex } from '../../watch/content-index.ts';
import { followFiles } from '../../watch/followed-files.ts';
import { startFileWatch } from '../../watch/file-watch.ts';
import type { FileWatch, FileWatchParts, FileWatchSink } from '../../watch/file-watch.ts';
import { createIgnoreRules } from '../../watch/ignore-rules.ts';
import type { IgnoreRules } from '../../watch/ignore-rules.ts';
import { createSyncRules } from '../../watch/sync-rules.ts';
import type { SyncRule, SyncRules } from '../../watch/sync-rules.ts';
import { whyUnwatched } from '../../watch/unwatched-modules.ts';
import { createWatchScope } from '../../watch/watch-scope.ts';
import type { FileTopic } from '../../watch/watch-scope.ts';
import { createWatchTroubles } from './watch-troubles.ts';

/** How files are watched, as the watch tells it. */
type WatchMode = Parameters<FileWatchSink['onMode']>[0];

/** What was noticed is told first; a disk that does not answer keeps nobody. */
const CLOSE_LIMIT_MS = 5_000;

const SWITCHED_OFF = 'dev.settings.yaml says watch.enabled: false';

export interface WatchKeeperParts extends Omit<FileWatchParts, 'index'> {
  readonly files: Files;
  readonly root: string;
  readonly places: Pick<Places, 'dev'>;
  /** Changes from then on, epoch milliseconds, are told, too: before there was a watch. */
  readonly editsSinceMs?: number;
  readonly onChange: (change: FileChange) => void;
  readonly emit: (happening: Happening) => void;
}

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
/** Paths in a module that tools fill. */
function madeIn({ artifact, install }: Module): readonly string[] {
  // Those of a workspace are called node_modules, wherever they lie.
  const installed = install?.workspace === undefined ? (install?.directories ?? []) : [];
  return [...artifact, ...installed.filter((path) => !path.startsWith('/'))];
}

const NOT_DEFINED: Watched = {
  modules: [],
  files: [],
  sync: [],
  watch: { enabled: true, mode: 'auto', quietMs: 50 },
};

export interface WatchKeeper {
  /** Watches what the definition names; anew when that is something else than before. */
  define(watched: Watched): void;
  /** There is no definition to go by: unless there was one before, its files are watched. */
  defineNothing(): void;
  close(): Promise<void>;
}

const lies = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(`${folder}/`);

/** Keeps the watch in line with the definition and the ignore files. */
export function createWatchKeeper(parts: WatchKeeperParts): WatchKeeper {
  const index = createContentIndex(parts.looks);
  if (parts.editsSinceMs !== undefined) index.watchedSince(parts.editsSinceMs);
  /** Of files that are followed one by one: outside of the project, or behind a link. */
  const single = createContentIndex(parts.looks);
  single.watchedSince(parts.editsSinceMs ?? parts.clock.now());
  let following = new AbortController();
  let watch: FileWatch | undefined;
  let fingerprint = '';
  let newest: Watched | undefined;
  /** A watch is to be opened that has not begun to be. */
  let due = false;
  let work: Promise<void> = Promise.resolve();
  const closing = new AbortController();
  const isOver = (): boolean => closing.signal.aborted;
  const troubles = createWatchTroubles(parts.root, parts.emit);

  /** The next watch starts before the last one ends, and knows what it knew: no save is missed. */
  function start(): void {
    if (due) return;
    due = true;
    work = work.then(async () => {
      due = false;
      // By now there may be a newer definition than the one that asked for it.
      if (isOver() || newest === undefined) return;
      const before = watch;
      try {
        watch = await open(newest);
        troubles.failed(undefined);
      } catch (error) {
        // The one before goes on, if there is one: it sees most of what is to be seen.
        if (!isOver()) troubles.failed(error instanceof Error ? error.message : String(error));
        return;
      } finally {
        troubles.slow(undefined);
      }
      await before?.close();
    });
  }

  const folderOf = ({ path }: Module): string => (path === '.' ? '' : path);

  function tellUnwatchedModules(modules: readonly Module[], rules: IgnoreRules): void {
    const { root, files } = parts;
    const unwatched = new Map<string, string>();
    for (const module of modules) {
      const folder = join(root, folderOf(module));
      const isFolder = files.isDirectory(folder);
      const isLink =
        files.realPath(folder) !== join(files.realPath(root) ?? root, folderOf(module));
      const why = whyUnwatched(
        {
          name: module.name,
          path: folderOf(module),
          state: !isFolder ? 'missing' : isLink ? 'link' : 'folder',
          names: files.list(folder),
          watchedFiles: index.below(folder).length,
        },
        rules,
      );
      if (why !== undefined) unwatched.set(module.name, why);
    }
    troubles.modules(unwatched);
  }

  /** Whether the watch on folders sees the file, should it come or change. */
  function isSeen(path: string, rules: IgnoreRules): boolean {
    const { root, files } = parts;
    const inside = relative(root, path);
    if (inside.startsWith('..')) return false;
    const names = inside.split('/');
    return names.every((_, index) => {
      const part = names.slice(0, index + 1).join('/');
      const real = files.realPath(join(root, part));
      const isLink = real !== undefined && real !== join(files.realPath(root) ?? root, part);
      return !isLink && !rules.alwaysIgnored(part, index + 1 < names.length ? 'directory' : 'file');
    });
  }

  function follow(paths: readonly string[], topics: FileChange['topics']): void {
    following.abort();
    following = new AbortController();
    const signal = AbortSignal.any([following.signal, closing.signal]);
    void followFiles({ clock: parts.clock, index: single }, paths, signal, (changed, at) => {
      const told = changed.map((path) => relative(parts.root, path)).sort();
      parts.onChange({ paths: told, comeOrGone: new Set(), firstAt: at, lastAt: at, topics });
    });
  }

  /** One watch on the project, and one on each folder outside of it that containers are given. */
  async function open(watched: Watched): Promise<FileWatch> {
    const { root } = parts;
    const sync = createSyncRules(watched.sync);
    const outside = sync.paths.filter((path) => !lies(root, path));
    const all = outside.map((path) => (parts.files.isDirectory(path) ? path : dirname(path)));
    // The topmost of them hold the others.
    const folders = [...new Set(all)].filter(
      (folder) => !all.some((other) => other !== folder && lies(other, folder)),
    );
    const opened: FileWatch[] = [await openProject(watched, sync)];
    try {
      for (const folder of folders) opened.push(await openOutside(folder, watched, sync));
    } catch (error) {
      await Promise.all(opened.map((one) => one.close()));
      throw error;
    }
    return {
      close: async () => {
        await Promise.all(opened.map((one) => one.close()));
      },
    };
  }

  function openOutside(
    folder: string,
    { watch: settings }: Watched,
    sync: SyncRules,
  ): Promise<FileWatch> {
    const { root } = parts;
    return startFileWatch(
      { ...parts, index },
      {
        ...{ root: folder, mode: settings.mode, quietMs: settings.quietMs },
        ignored: (path, kind) => !sync.wants(path, kind),
        ...{ probeFolder: parts.places.dev, signal: closing.signal },
      },
      {
        onChange: (change) => {
          if (isOver()) return;
          const fromRoot = (path: string): string => relative(root, join(folder, path));
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
    { modules, files: definition, watch: settings }: Watched,
    sync: SyncRules,
  ): Promise<FileWatch> {
    const { root, files } = parts;
    const rules = createIgnoreRules({
      read: (path) => {
        const text = files.read(join(root, path));
        return text.ok ? text.value : undefined;
      },
      // What a module builds or installs is not what people edit.
      modules: modules.map((module) => ({
        name: module.name,
        path: folderOf(module),
        ignore: [...module.ignore, ...madeIn(module).map((path) => `/${path}`)],
      })),
    });
    const scope = createWatchScope(
      modules.map((module) => ({
        name: module.name,
        path: folderOf(module),
        lockfiles: lockfilesOf(module),
      })),
      definition.map((path) => relative(root, path)),
    );
    const unseen = definition.filter((path) => !isSeen(path, rules));
    follow(unseen, (path) => scope.topics(path));
    return startFileWatch(
      { ...parts, index },
      {
        root,
        ignored: (path, kind) => {
          const inside = relative(root, path);
          if (inside !== '' && sync.wants(path, kind)) return false;
          if (kind === 'directory' && !scope.enters(inside)) return true;
          // The settings are in .gitignore.
          if (scope.defines(inside)) return rules.alwaysIgnored(inside, kind);
          // A neighbour of a file of the definition is nobody's.
          if (kind === 'file' && scope.topics(inside).every((topic) => topic.kind === 'none')) {
            return true;
          }
          return rules.ignored(inside, kind);
        },
        mode: settings.mode,
        quietMs: settings.quietMs,
        probeFolder: parts.places.dev,
        signal: closing.signal,
      },
      {
        onChange: (change) => {
          if (isOver()) return;
          // What only containers are given may be in .gitignore: it is no module's then.
          const topics = (path: string): readonly FileTopic[] =>
            rules.ignored(path, 'file') && !scope.defines(path)
              ? [{ kind: 'none' }]
              : scope.topics(path);
          parts.onChange({ ...change, topics });
          const ignoreFile = change.paths.some((path) =>
            topics(path).some(({ kind }) => kind === 'ignore-file'),
          );
          if (ignoreFile) start();
        },
        onMode: (now) => {
          how = now;
          tellHow();
          troubles.polls(now.mode === 'poll' ? now.reason : undefined);
        },
        onSlowStart: (at) => troubles.slow(at),
        onUnwatched: (folders) => troubles.folders(folders),
        onKnown: () => tellUnwatchedModules(modules, rules),
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

  function define(watched: Watched): void {
    newest = watched;
    const { watch: settings } = watched;
    if (wanted !== settings.enabled) {
      wanted = settings.enabled;
      tellHow();
    }
    const modules = watched.modules.map((module) => [
      module.path,
      module.ignore,
      module.artifact,
      lockfilesOf(module),
    ]);
    const now = JSON.stringify([
      settings.mode,
      settings.quietMs,
      modules,
      watched.files,
      watched.sync,
    ]);
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
      closing.abort();
      // Whatever does not answer is not waited for.
      const done = new AbortController();
      const late = parts.clock.sleep(CLOSE_LIMIT_MS, done.signal).catch(() => undefined);
      await Promise.race([work.then(() => watch?.close()), late]);
      done.abort();
    },
  };
}
