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
   * Remembers a file that is met for the first time. One that was written since the watch began is
   * not: its save may be on its way, and must not be taken for one that changes nothing.
   */
  meet(path: string, watchedSinceMs: number): Promise<void>;
  /** Whether the file may have changed, by its stamp alone. */
  suspicious(path: string): Promise<boolean>;
  /** All known files in a folder, at any depth. */
  below(folder: string): readonly string[];
  readonly size: number;
  /** From now on every file that was there is known: what is neither known nor there never was. */
  complete(): void;
}

export function createContentIndex(looks: FileLooks): ContentIndex {
  const known = new Map<string, Known>();
  let isComplete = false;

  function remember(path: string, look: FileLook): void {
    if (look.kind === 'file') known.set(path, { stamp: look.stamp, digest: look.digest });
    else known.delete(path);
  }

  async function changed(path: string): Promise<boolean> {
    const before = known.get(path);
    const look = await looks.look(path, { knownStamp: before?.stamp });
    if (look.kind === 'file' && look.stamp === before?.stamp) return false;
    remember(path, look);
    if (look.kind === 'none') return before !== undefined || !isComplete;
    if (look.kind === 'directory') return false;
    return before === undefined || look.digest === undefined || look.digest !== before.digest;
  }

  return {
    changed,
    meet: async (path, watchedSinceMs) => {
      if (known.has(path)) return;
      const look = await looks.look(path, {});
      if (look.kind !== 'file' || look.changedAtMs >= watchedSinceMs || known.has(path)) return;
      remember(path, look);
    },
    suspicious: async (path) => {
      const look = await looks.look(path, { stampOnly: true });
      const stamp = look.kind === 'file' ? look.stamp : undefined;
      return stamp !== known.get(path)?.stamp;
    },
    below: (folder) => [...known.keys()].filter((path) => path.startsWith(`${folder}/`)),
    get size() {
      return known.size;
    },
    complete: () => {
      isComplete = true;
    },
  };
}
