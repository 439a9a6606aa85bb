import { setMaxListeners } from 'node:events';
import { relative } from 'node:path';
import pLimit from 'p-limit';
import type { Clock } from '../ports/clock.ts';
import type { FileLooks, Watch, Watcher, WatchFailure } from '../ports/watcher.ts';
import type { ContentIndex } from './content-index.ts';
import { scanFolder } from './folder-scan.ts';
import { createQuietPeriod } from './quiet-period.ts';

/** A burst is handed on at the latest after this time, however long it goes on. */
const CAP_MS = 1_000;
/** A new folder is looked into again after these times: it may fill before it is watched. */
const FILL_RESCANS_MS = [100, 500, 2_000];
/** After so many events at once the system may have dropped some: everything is looked at. */
const BURST_SIZE = 2_000;
/** Files are looked at so many at once. */
const LOOKS_AT_ONCE = 32;
/** While it gets to know the files it rests after so many, to leave the machine to others. */
const MEET_STEP = 200;
const MEET_REST_MS = 20;
/** Polling takes at most a twentieth of the time. */
const POLL_INTERVAL_MS = 1_000;
const POLL_REST_FACTOR = 20;
/** What takes longer to be set up is told, with the folder that it is at. */
const SLOW_START_MS = 10_000;
/** Where bursts do not end, looking everywhere takes at most a fifth of the time. */
const BURST_REST_FACTOR = 4;

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

/** Of the first and of the last event of a change, in epoch milliseconds. */
export interface ChangeTimes {
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface ChangedFiles extends ChangeTimes {
  /** Relative to the root, sorted. */
  readonly paths: readonly string[];
  /** Those of them that were not there before, or are not any more; none where that is unknown. */
  readonly comeOrGone: ReadonlySet<string>;
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
  const over = new AbortController();
  options.signal.addEventListener('abort', () => over.abort(), { once: true });
  // Every new folder sleeps on it for a while; a branch switch brings hundreds.
  setMaxListeners(0, over.signal);
  const quiet = createQuietPeriod<string>(
    clock,
    { quietMs: options.quietMs, capMs: CAP_MS },
    ({ items, ...times }) => {
      const telling = settle([...items], times).finally(() => settling.delete(telling));
      settling.add(telling);
    },
  );
  const settling = new Set<Promise<void>>();
  let watch: Watch | undefined;

  async function settle(paths: readonly string[], times: ChangeTimes): Promise<void> {
    const told: string[] = [];
    const comeOrGone = new Set<string>();
    async function look(path: string): Promise<void> {
      const wasThere = index.has(path);
      if (!(await index.changed(path))) return;
      const inside = relative(root, path);
      told.push(inside);
      const isThere = index.has(path);
      if (wasThere !== undefined && isThere === !wasThere) comeOrGone.add(inside);
    }
    await Promise.all(paths.map((path) => limit(look, path)));
    if (told.length > 0) sink.onChange({ paths: told.sort(), comeOrGone, ...times });
  }

  let burst = { sinceMs: 0, events: 0 };
  /** Counts every event, of what is ignored, too: it takes its place among those that wait. */
  function countEvent(): void {
    const now = clock.now();
    if (Math.abs(now - burst.sinceMs) > CAP_MS) burst = { sinceMs: now, events: 0 };
    burst.events += 1;
    if (burst.events === BURST_SIZE) quietly(lookAfterBurst());
  }

  let lookIsDue = false;
  let burstRestMs = CAP_MS;
  /** Once for each burst, when it has calmed down. */
  async function lookAfterBurst(): Promise<void> {
    if (lookIsDue) return;
    lookIsDue = true;
    await clock.sleep(burstRestMs, over.signal);
    lookIsDue = false;
    const startMs = clock.now();
    await lookEverywhere();
    burstRestMs = Math.max(CAP_MS, (clock.now() - startMs) * BURST_REST_FACTOR);
  }

  const unwatched = new Map<string, string>();
  function isUnwatched(folder: string, why: string): void {
    if (unwatched.has(folder)) return;
    unwatched.set(folder, why);
    sink.onUnwatched(unwatched);
  }
  const onUnreadable = (folder: string): void => isUnwatched(folder, 'it cannot be read');

  async function fileTime(): Promise<number> {
    return (await looks.timeIn(options.probeFolder)) ?? clock.now();
  }

  /** Finds what changed without having been told. Gives how many files there are. */
  async function lookEverywhere(): Promise<number> {
    const seen = new Set<string>();
    for await (const { files } of scanFolder(looks, { folder: root, ignored, onUnreadable })) {
      if (over.signal.aborted) return 0;
      await Promise.all(
        files.map((path) =>
          limit(async () => {
            seen.add(path);
            if (await index.suspicious(path)) quiet.add(path);
          }),
        ),
      );
    }
    for (const path of index.below(root)) if (!seen.has(path)) quiet.add(path);
    return seen.size;
  }

  /** Looks at a new folder's own files; folders in it that nobody told of are watched, too. */
  async function lookInto(folder: string): Promise<void> {
    for (const { name, kind } of (await looks.list(folder)) ?? []) {
      const path = `${folder}/${name}`;
      if (ignored(path, kind)) continue;
      if (kind === 'file') {
        if (await index.suspicious(path)) quiet.add(path);
      } else if (watch?.covers(path) === false) {
        watch.add(path);
      }
    }
  }

  async function folderAdded(folder: string): Promise<void> {
    await lookInto(folder);
    for (const ms of FILL_RESCANS_MS) {
      await clock.sleep(ms, over.signal);
      await lookInto(folder);
    }
  }

  /** Gets to know the contents of everything that is there, at leisure; tells what it missed. */
  async function meetEverything(): Promise<void> {
    const before = new Set(index.below(root));
    let met = 0;
    for await (const { files } of scanFolder(looks, { folder: root, ignored, onUnreadable })) {
      for (const path of files) {
        over.signal.throwIfAborted();
        if (await index.meet(path)) quiet.add(path);
        before.delete(path);
        met += 1;
        if (met % MEET_STEP === 0) await clock.sleep(MEET_REST_MS, over.signal);
      }
    }
    for (const path of before) {
      const isThere = (await looks.look(path, { stampOnly: true })).kind === 'file';
      // It is there and was not met: nobody is interested in it any more.
      if (isThere) index.forget(path);
      else quiet.add(path);
    }
    index.complete();
    sink.onKnown();
  }

  async function poll(): Promise<void> {
    for (;;) {
      const startMs = clock.now();
      await lookEverywhere();
      const tookMs = clock.now() - startMs;
      await clock.sleep(Math.max(POLL_INTERVAL_MS, tookMs * POLL_REST_FACTOR), over.signal);
    }
  }

  async function startPolling(reason: string): Promise<void> {
    watch?.close();
    watch = undefined;
    // What is there now is the state to compare with; only then can a look find a change.
    const startMs = await fileTime();
    await meetEverything();
    index.watchedSince(startMs);
    sink.onMode({ mode: 'poll', reason, entries: index.size });
    quietly(poll());
  }

  /** Tells where it is when it does not come to an end. */
  async function tellWhenSlow(at: () => { folder: string; entries: number } | undefined) {
    await clock.sleep(SLOW_START_MS, over.signal);
    const place = at();
    if (place !== undefined) sink.onSlowStart(place);
  }

  let limitReached: WatchFailure | undefined;
  async function startEvents(): Promise<void> {
    index.watchedSince(await fileTime());
    let ready = false;
    let place = { folder: root, entries: 0 };
    quietly(tellWhenSlow(() => (ready ? undefined : place)));
    watch = await watcher.start(
      { root, ignored, signal: over.signal },
      {
        entering: (folder, entries) => {
          place = { folder, entries };
        },
        touched: (path) => {
          countEvent();
          if (!ignored(path, 'file')) quiet.add(path);
        },
        folderAdded: (path) => {
          if (unwatched.delete(path)) sink.onUnwatched(unwatched);
          quietly(folderAdded(path));
        },
        folderRemoved: (path) => {
          if (unwatched.delete(path)) sink.onUnwatched(unwatched);
          for (const file of index.below(path)) quiet.add(file);
        },
        failed: (failure) => {
          if (failure.kind === 'folder') isUnwatched(failure.folder, failure.message);
          if (limitReached !== undefined || failure.kind !== 'limit') return;
          limitReached = failure;
          // While it starts, the start below turns to polling itself.
          if (ready) quietly(startPolling(failure.message));
        },
      },
    );
    ready = true;
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
      quiet.stop();
      watch?.close();
      await Promise.all(settling);
    },
  };
}

/** Background work: it ends by being stopped, and the file system's troubles are told elsewhere. */
function quietly(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
