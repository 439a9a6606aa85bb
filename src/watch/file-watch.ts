import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Clock } from '../ports/clock.ts';
import type { FileLooks, Watch, Watcher, WatchFailure } from '../ports/watcher.ts';
import type { ContentIndex } from './content-index.ts';
import { createBurstLooks } from './burst-looks.ts';
import { createChangeTeller } from './change-teller.ts';
import type { ChangedFiles } from './change-teller.ts';
import { createFolderLooks } from './folder-looks.ts';

/** A burst is handed on at the latest after this time, however long it goes on. */
const CAP_MS = 1_000;
/** Files are looked at so many at once. */
const LOOKS_AT_ONCE = 32;
/** Polling takes at most a twentieth of the time. */
const POLL_INTERVAL_MS = 1_000;
const POLL_REST_FACTOR = 20;
/** What takes longer to be set up is told, with the folder that it is at. */
const SLOW_START_MS = 10_000;

export interface FileWatchParts {
  readonly watcher: Watcher;
  readonly looks: FileLooks;
  readonly clock: Clock;
  /** What is known of the files: a watch that takes over from another one goes on with it. */
  readonly index: ContentIndex;
}

export interface FileWatchOptions {
  /** Absolute. */
  readonly root: string;
  /** Of an absolute path. */
  readonly ignored: (path: string, kind: 'file' | 'directory') => boolean;
  readonly mode: 'auto' | 'events' | 'poll';
  readonly quietMs: number;
  /** A folder of our own in which it is tried whether events come, and what time files get. */
  readonly probeFolder: string;
  /** Ends it, while it is still being set up, too. */
  readonly signal: AbortSignal;
}

export interface FileWatchSink {
  /** The contents of these files changed. */
  onChange(change: ChangedFiles): void;
  onMode(how: {
    readonly mode: 'events' | 'poll';
    readonly reason?: string;
    readonly entries: number;
  }): void;
  /** It takes long to be set up: it is at this folder, after so many. */
  onSlowStart(at: { readonly folder: string; readonly entries: number }): void;
  /** These folders are not watched, each with why; all that there are, whenever they change. */
  onUnwatched(folders: ReadonlyMap<string, string>): void;
  /** All files that are there are known. */
  onKnown(): void;
}

export interface FileWatch {
  /** What was noticed before is told first. */
  close(): Promise<void>;
}

function endsWith(signal: AbortSignal): AbortController {
  const over = new AbortController();
  signal.addEventListener('abort', () => over.abort(), { once: true });
  // Every new folder sleeps on it for a while; a branch switch brings hundreds.
  setMaxListeners(0, over.signal);
  return over;
}

/** Tells where the start of a watch is, if that takes long. */
function tellSlowStart(
  root: string,
  clock: Clock,
  signal: AbortSignal,
  sink: Pick<FileWatchSink, 'onSlowStart'>,
) {
  let isOver = false;
  let place = { folder: root, entries: 0 };
  quietly(
    clock.sleep(SLOW_START_MS, signal).then(() => {
      if (!isOver) sink.onSlowStart(place);
    }),
  );
  return {
    at: (folder: string, entries: number): void => {
      place = { folder, entries };
    },
    over: (): void => {
      isOver = true;
    },
  };
}

/**
 * Watches a project's files and tells which contents changed. Events say where to look; contents
 * say whether something changed. Where events do not come, or run out, it looks by itself.
 */
export async function startFileWatch(
  { watcher, looks, clock, index }: FileWatchParts,
  options: FileWatchOptions,
  sink: FileWatchSink,
): Promise<FileWatch> {
  const { root, ignored } = options;
  const limit = pLimit(LOOKS_AT_ONCE);
  const over = endsWith(options.signal);
  const teller = createChangeTeller({
    ...{ clock, index, root, limit, quietMs: options.quietMs, capMs: CAP_MS },
    onChange: (change) => sink.onChange(change),
  });
  let watch: Watch | undefined;

  const unwatched = createUnwatchedFolders((all) => sink.onUnwatched(all));
  const folders = createFolderLooks({
    ...{ looks, clock, index, root, ignored, limit, teller, signal: over.signal },
    onUnreadable: (folder) => unwatched.add(folder, 'it cannot be read'),
  });
  const countEvent = createBurstLooks(clock, CAP_MS, over.signal, () => folders.everywhere());

  const fileTime = async () => (await looks.timeIn(options.probeFolder)) ?? clock.now();

  /** One that nobody told of is watched, too. */
  function watchToo(folder: string): void {
    if (watch?.covers(folder) === false) watch.add(folder);
  }

  async function meetEverything(): Promise<void> {
    await folders.meetEverything();
    sink.onKnown();
  }

  async function startPolling(reason: string): Promise<void> {
    watch?.close();
    watch = undefined;
    // What is there now is the state to compare with; only then can a look find a change.
    const startMs = await fileTime();
    await meetEverything();
    index.watchedSince(startMs);
    sink.onMode({ mode: 'poll', reason, entries: index.size });
    quietly(lookAgainAndAgain(clock, over.signal, () => folders.everywhere()));
  }

  let limitReached: WatchFailure | undefined;
  async function startEvents(): Promise<void> {
    index.watchedSince(await fileTime());
    let ready = false;
    const start = tellSlowStart(root, clock, over.signal, sink);
    watch = await watcher.start(
      { root, ignored, signal: over.signal },
      {
        entering: start.at,
        touched: (path) => {
          countEvent();
          if (!ignored(path, 'file')) teller.add(path);
        },
        folderAdded: (path) => {
          unwatched.delete(path);
          quietly(folders.intoNew(path, watchToo));
        },
        folderRemoved: (path) => {
          unwatched.delete(path);
          for (const file of index.below(path)) teller.add(file);
        },
        failed: (failure) => {
          if (failure.kind === 'folder') unwatched.add(failure.folder, failure.message);
          if (limitReached !== undefined || failure.kind !== 'limit') return;
          limitReached = failure;
          // While it starts, the start below turns to polling itself.
          if (ready) quietly(startPolling(failure.message));
        },
      },
    );
    ready = true;
    start.over();
    if (limitReached !== undefined) {
      await startPolling(limitReached.message);
      return;
    }
    sink.onMode({ mode: 'events', entries: watch.entries });
    quietly(meetEverything());
  }

  options.signal.throwIfAborted();
  if (options.mode === 'poll') await startPolling('the settings say so (watch.mode: poll)');
  else if (options.mode === 'auto' && !(await watcher.eventsArrive(options.probeFolder))) {
    await startPolling('the file system sends no events here');
  } else await startEvents();

  return {
    close: async () => {
      over.abort();
      const told = teller.close();
      watch?.close();
      await told;
    },
  };
}

/** Until the signal is aborted, which the sleep throws. */
async function lookAgainAndAgain(
  clock: Clock,
  signal: AbortSignal,
  lookEverywhere: () => Promise<void>,
): Promise<void> {
  for (;;) {
    const startMs = clock.steady();
    await lookEverywhere();
    const tookMs = clock.steady() - startMs;
    await clock.sleep(Math.max(POLL_INTERVAL_MS, tookMs * POLL_REST_FACTOR), signal);
  }
}

/** Folders that are not watched, each with why; tells all that there are, whenever they change. */
function createUnwatchedFolders(onChange: FileWatchSink['onUnwatched']) {
  const unwatched = new Map<string, string>();
  return {
    add: (folder: string, why: string): void => {
      if (unwatched.has(folder)) return;
      unwatched.set(folder, why);
      onChange(unwatched);
    },
    delete: (folder: string): void => {
      if (unwatched.delete(folder)) onChange(unwatched);
    },
  };
}

/** Background work: it ends by being stopped, and the file system's troubles are told elsewhere. */
function quietly(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
