import type { FileLook, FileLooks } from '../ports/watcher.ts';

interface Known {
  readonly stamp: string;
  readonly digest: string | undefined;
}

/**
 * What is known of the contents of the watched files, so that a save that changes nothing is told
 * from one that does. Paths are absolute.
 */
export interface ContentIndex {
  /** Whether the file's contents are others than when it was last asked. Remembers them. */
  changed(path: string): Promise<boolean>;
  /**
   * Gets to know a file that nobody told of, and gives whether to look at it: it is another one
   * than before, or was written since the watch began, when not everything was told yet.
   */
  meet(path: string): Promise<boolean>;
  /**
   * A watch begins: changes are told from this moment, in epoch milliseconds of the files; the
   * first call counts. What it is to watch may not be known yet.
   */
  watchedSince(ms: number): void;
  /** The file is not watched any more. */
  forget(path: string): void;
  /** Whether the file may have changed, by its stamp alone. */
  suspicious(path: string): Promise<boolean>;
  /** Whether there is such a file, as was last seen; undefined while not all are known. */
  has(path: string): boolean | undefined;
  /** All known files in a folder, at any depth. */
  below(folder: string): readonly string[];
  readonly size: number;
  /** From now on every file that was there is known: what is neither known nor there never was. */
  complete(): void;
}

export function createContentIndex(looks: FileLooks): ContentIndex {
  const known = new Map<string, Known>();
  let isComplete = false;
  let sinceMs: number | undefined;

  function remember(path: string, look: FileLook): void {
    if (look.kind === 'file') known.set(path, { stamp: look.stamp, digest: look.digest });
    else known.delete(path);
  }

  async function changed(path: string): Promise<boolean> {
    const before = known.get(path);
    const look = await looks.look(path, { knownStamp: before?.stamp });
    if (look.kind === 'file' && look.stamp === before?.stamp) return false;
    const now = known.get(path);
    // Of two watches that look at the same time only one tells.
    if (look.kind === 'file' && now !== before && look.stamp === now?.stamp) return false;
    remember(path, look);
    if (look.kind === 'none') return before !== undefined || !isComplete;
    // A folder in a file's place: the file is gone. What is in the folder is told by itself.
    if (look.kind === 'directory') return before !== undefined;
    return before === undefined || look.digest === undefined || look.digest !== before.digest;
  }

  async function suspicious(path: string): Promise<boolean> {
    const look = await looks.look(path, { stampOnly: true });
    const stamp = look.kind === 'file' ? look.stamp : undefined;
    return stamp !== known.get(path)?.stamp;
  }

  return {
    changed,
    meet: async (path) => {
      if (known.has(path)) return suspicious(path);
      const look = await looks.look(path, {});
      if (look.kind !== 'file' || known.has(path)) return false;
      if (sinceMs !== undefined && look.changedAtMs >= sinceMs) return true;
      remember(path, look);
      return false;
    },
    watchedSince: (ms) => {
      sinceMs ??= ms;
      isComplete = false;
    },
    forget: (path) => known.delete(path),
    suspicious,
    has: (path) => (isComplete ? known.has(path) : undefined),
    below: (folder) => [...known.keys()].filter((path) => path.startsWith(`${folder}/`)),
    get size() {
      return known.size;
    },
    complete: () => {
      isComplete = true;
    },
  };
}
