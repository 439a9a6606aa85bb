import { relative } from 'node:path';
import type { FileChange } from '../../session/sort-change.ts';
import type { Happening } from '../../session/event-bus.ts';
import { createContentIndex } from '../../watch/content-index.ts';
import type { FileWatch } from '../../watch/file-watch.ts';
import { followFiles } from '../../watch/followed-files.ts';
import { openWatch } from './open-watch.ts';
import type { OpenWatchParts } from './open-watch.ts';
import { watchedFingerprint, NOT_DEFINED } from './watched.ts';
import type { Watched } from './watched.ts';
import { createWatchModeTeller } from './watch-mode.ts';
import { createWatchTroubles } from './watch-troubles.ts';

/** What was noticed is told first; a disk that does not answer keeps nobody. */
const CLOSE_LIMIT_MS = 5_000;

export interface WatchKeeperParts extends Pick<
  OpenWatchParts,
  'watcher' | 'looks' | 'clock' | 'files' | 'root' | 'places'
> {
  /** Changes from then on, epoch milliseconds, are told, too: before there was a watch. */
  readonly editsSinceMs?: number;
  readonly onChange: (change: FileChange) => void;
  readonly emit: (happening: Happening) => void;
}

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
  const closing = new AbortController();
  const { signal } = closing;
  const troubles = createWatchTroubles(parts.root, parts.emit);
  const mode = createWatchModeTeller(parts.emit);
  const opening: OpenWatchParts = {
    ...{ ...parts, index, signal, troubles },
    onMode: (now) => mode.is(now),
    onIgnoreFile: start,
    onUnseen: createSingleFiles(parts, signal),
  };

  /** The next watch starts before the last one ends, and knows what it knew: no save is missed. */
  function start(): void {
    if (due) return;
    due = true;
    work = work.then(async () => {
      due = false;
      // By now there may be a newer definition than the one that asked for it.
      if (signal.aborted || newest === undefined) return;
      const before = watch;
      try {
        watch = await openWatch(opening, newest);
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

  const isOver = (): boolean => signal.aborted;

  function define(watched: Watched): void {
    newest = watched;
    mode.want(watched.watch.enabled);
    const now = watchedFingerprint(watched);
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

/** Follows files one by one, outside of the project or behind a link; those of its last call. */
function createSingleFiles(
  { clock, looks, root, editsSinceMs, onChange }: WatchKeeperParts,
  over: AbortSignal,
): OpenWatchParts['onUnseen'] {
  // Such a link is read through: what counts is the file that it leads to.
  const index = createContentIndex({
    ...looks,
    look: (path, options) => looks.look(path, { ...options, through: true }),
  });
  index.watchedSince(editsSinceMs ?? clock.now());
  let following = new AbortController();
  return (paths, topics) => {
    following.abort();
    following = new AbortController();
    const signal = AbortSignal.any([following.signal, over]);
    void followFiles({ clock, index }, paths, signal, (changed, at) => {
      const told = changed.map((path) => relative(root, path)).sort();
      onChange({ paths: told, comeOrGone: new Set(), firstAt: at, lastAt: at, topics });
    });
  };
}
