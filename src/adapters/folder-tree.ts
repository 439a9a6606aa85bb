import { watch as watchOne } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import pLimit from 'p-limit';
import type { Watch, WatchRequest, WatchSink } from '../ports/watcher.ts';
import { createPathLooks } from './path-looks.ts';
import { watchFailure } from './watch-failure.ts';
import { within } from './within.ts';

/** A folder that does not answer for so long, of a network that is gone, is left out. */
const FOLDER_LIMIT_MS = 10_000;

/** So many folders are asked for at once. */
const AT_ONCE = 16;

/** The system's calls that it takes; others in tests. */
export interface FolderCalls {
  readonly watch: (folder: string, listener: (name: string | null) => void) => FSWatcher;
  /** Names of the folders in a folder; links are none. */
  readonly folders: (folder: string) => Promise<readonly string[]>;
  /** What tells this folder from another one of its name; undefined when it is none. */
  readonly identity: (path: string) => Promise<string | undefined>;
  readonly limitMs: number;
}

const SYSTEM: FolderCalls = {
  watch: (folder, listener) => watchOne(folder, (_event, name) => listener(name)),
  folders: async (folder) =>
    (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
  identity: async (path) => {
    const stat = await lstat(path, { bigint: true });
    // A file system gives the number of a folder that is removed to the next one.
    return stat.isDirectory() ? `${stat.dev}:${stat.ino}:${stat.birthtimeNs}` : undefined;
  },
  limitMs: FOLDER_LIMIT_MS,
};

export interface FolderTree extends Watch {
  /** Resolves when everything that is there is watched, or it is closed. */
  readonly ready: Promise<void>;
}

interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

async function identityOf(path: string, calls: FolderCalls): Promise<string | undefined> {
  try {
    return await within(calls.limitMs, calls.identity(path));
  } catch (error) {
    if (watchFailure(error, path) !== undefined) throw error;
    return undefined;
  }
}

function unwatch(all: Map<string, Watched>, isMeant: (path: string) => boolean): void {
  for (const [path, { watcher }] of all) {
    if (!isMeant(path)) continue;
    watcher.close();
    all.delete(path);
  }
}

/**
 * A watch on every folder of a tree that is not ignored. A folder is watched first and looked into
 * afterwards, so that nothing comes unseen between the two. Links are never followed.
 *
 *     enter ──► identity ──► watch ──► look into ──► enter each folder in it
 *     event ──► touched, and: a folder now? enter · none any more? leave · another one? leave, enter
 */
export function createFolderTree(
  { root, ignored, signal }: WatchRequest,
  sink: WatchSink,
  given: Partial<FolderCalls> = {},
): FolderTree {
  const calls: FolderCalls = { ...SYSTEM, ...given };
  const watched = new Map<string, Watched>();
  /** Being entered: asked for twice, a folder is watched once. */
  const entering = new Map<string, Promise<unknown>>();
  const limit = pLimit(AT_ONCE);
  let isReady = false;
  let isClosed = false;

  function tell(error: unknown, folder: string): void {
    const failure = watchFailure(error, folder);
    if (failure !== undefined && !isClosed) sink.failed(failure);
  }

  /** Watches a folder and all that are in it; resolves when that is done. */
  async function enter(folder: string): Promise<void> {
    const names = await enterOne(folder);
    await Promise.all(names.map((name) => enter(join(folder, name))));
  }

  /** Gives the folders that are to be entered next: none where another one sees to them. */
  async function enterOne(folder: string): Promise<readonly string[]> {
    if (isClosed || watched.has(folder) || entering.has(folder)) return [];
    if (folder !== root && ignored(folder, 'directory')) return [];
    sink.entering(folder, watched.size);
    const work = limit(() => watchFolder(folder)).catch((error: unknown) => tell(error, folder));
    entering.set(folder, work);
    const names = await work.finally(() => entering.delete(folder));
    if (names === undefined) return [];
    if (isReady) sink.folderAdded(folder);
    return names;
  }

  /** Gives the names of the folders in it. */
  async function watchFolder(folder: string): Promise<readonly string[] | undefined> {
    const identity = await within(calls.limitMs, calls.identity(folder));
    if (identity === undefined || isClosed || watched.has(folder)) return undefined;
    const watcher = calls.watch(folder, (name) => happened(folder, name));
    watcher.on('error', (error) => {
      tell(error, folder);
      look(folder);
    });
    watched.set(folder, { watcher, identity });
    return within(calls.limitMs, calls.folders(folder));
  }

  function happened(folder: string, name: string | null): void {
    if (isClosed) return;
    // What is told of the folder itself has its name, as what lies in it under the same name has.
    if (name === null || name === basename(folder)) look(folder);
    if (name === null) return;
    const path = join(folder, name);
    sink.touched(path);
    look(path);
  }

  /** Looks whether there is a folder, and which. */
  const look = createPathLooks({
    // One that is just being entered may be the one before.
    ready: (path) => entering.get(path),
    look: (path) => lookNow(path).catch((error: unknown) => tell(error, path)),
    isClosed: () => isClosed,
  });

  async function lookNow(path: string): Promise<void> {
    const identity = await limit(() => (isClosed ? undefined : identityOf(path, calls)));
    if (isClosed) return;
    const known = watched.get(path);
    if (known !== undefined && known.identity !== identity) leave(path);
    if (identity !== undefined && !watched.has(path)) void enter(path);
  }

  /** It is not there any more, nor is anything in it. */
  function leave(folder: string): void {
    unwatch(watched, (path) => path === folder || path.startsWith(`${folder}/`));
    sink.folderRemoved(folder);
  }

  function close(): void {
    isClosed = true;
    unwatch(watched, () => true);
  }

  const ended = aborted(signal).then(close);
  return {
    ready: Promise.race([enter(root), ended]).then(() => {
      isReady = true;
    }),
    get entries() {
      return watched.size;
    },
    covers: (folder) => watched.has(folder),
    add: (folder) => void enter(folder),
    close,
  };
}

/** Resolves when the signal is aborted; at once, when it is. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
