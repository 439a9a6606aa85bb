import type { LimitFunction } from 'p-limit';
import type { Clock } from '../ports/clock.ts';
import type { FileLooks } from '../ports/watcher.ts';
import type { ChangeTeller } from './change-teller.ts';
import type { ContentIndex } from './content-index.ts';
import { scanFolder } from './folder-scan.ts';

/** A new folder is looked into again after these times: it may fill before it is watched. */
const FILL_RESCANS_MS = [100, 500, 2_000];
/** While it gets to know the files it rests after so many, to leave the machine to others. */
const MEET_STEP = 200;
const MEET_REST_MS = 20;

export interface FolderLooksParts {
  readonly looks: FileLooks;
  readonly clock: Clock;
  readonly index: ContentIndex;
  /** Absolute. */
  readonly root: string;
  /** Of an absolute path. */
  readonly ignored: (path: string, kind: 'file' | 'directory') => boolean;
  readonly signal: AbortSignal;
  /** So many files are looked at at once. */
  readonly limit: LimitFunction;
  readonly teller: ChangeTeller;
  readonly onUnreadable: (folder: string) => void;
}

/** What is found out by looking at folders, for want of events or before there are any. */
export interface FolderLooks {
  /** Finds what changed without having been told. */
  everywhere(): Promise<void>;
  /**
   * Looks at a new folder's own files, now and until it shall have filled.
   * @param onFolder a folder in it, absolute, that somebody has to tell of
   */
  intoNew(folder: string, onFolder: (path: string) => void): Promise<void>;
  /** Gets to know the contents of everything that is there, at leisure; tells what it missed. */
  meetEverything(): Promise<void>;
}

export function createFolderLooks(parts: FolderLooksParts): FolderLooks {
  const { looks, clock, index, root, ignored, signal, limit, teller, onUnreadable } = parts;
  const scan = () => scanFolder(looks, { folder: root, ignored, onUnreadable });

  async function everywhere(): Promise<void> {
    const seen = new Set<string>();
    for await (const { files } of scan()) {
      if (signal.aborted) return;
      await Promise.all(
        files.map((path) =>
          limit(() => {
            seen.add(path);
            return teller.suspect(path);
          }),
        ),
      );
    }
    for (const path of index.below(root)) if (!seen.has(path)) teller.add(path);
  }

  async function into(folder: string, onFolder: (path: string) => void): Promise<void> {
    for (const { name, kind } of (await looks.list(folder)) ?? []) {
      const path = `${folder}/${name}`;
      if (ignored(path, kind)) continue;
      if (kind === 'file') await teller.suspect(path);
      else onFolder(path);
    }
  }

  async function meetEverything(): Promise<void> {
    const before = new Set(index.below(root));
    let met = 0;
    for await (const { files } of scan()) {
      for (const path of files) {
        signal.throwIfAborted();
        if (await index.meet(path)) teller.add(path);
        before.delete(path);
        met += 1;
        if (met % MEET_STEP === 0) await clock.sleep(MEET_REST_MS, signal);
      }
    }
    for (const path of before) {
      const isThere = (await looks.look(path, { stampOnly: true })).kind === 'file';
      // It is there and was not met: nobody is interested in it any more.
      if (isThere) index.forget(path);
      else teller.add(path);
    }
    index.complete();
  }

  return {
    everywhere,
    intoNew: async (folder, onFolder) => {
      await into(folder, onFolder);
      for (const ms of FILL_RESCANS_MS) {
        await clock.sleep(ms, signal);
        await into(folder, onFolder);
      }
    },
    meetEverything,
  };
}
