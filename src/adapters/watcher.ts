import { rmSync, watch as watchOne, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Watcher } from '../ports/watcher.ts';
import { createFolderTree } from './folder-tree.ts';
import { makeFolderBelow } from './make-folder.ts';

/** So long is waited for the event of the self-test's file. */
const PROBE_LIMIT_MS = 1_000;

/**
 * Watches folders only: a folder's events name the file, and one watch for each file would take the
 * system's watches and half a gigabyte in a repository of 50,000 files.
 */
export function createWatcher(): Watcher {
  return {
    start: async (request, sink) => {
      const tree = createFolderTree(request, sink);
      await tree.ready;
      return tree;
    },
    eventsArrive,
  };
}

/** Writes a file and waits for its event. */
async function eventsArrive(directory: string): Promise<boolean> {
  const file = join(directory, `.watch-${process.pid}`);
  return new Promise((resolve) => {
    const finish = (arrived: boolean): void => {
      clearTimeout(timer);
      watcher?.close();
      rmSync(file, { force: true });
      resolve(arrived);
    };
    // Where the machine is busy, the event may wait behind the timer: it has its turn first.
    const timer = setTimeout(() => setImmediate(() => finish(false)), PROBE_LIMIT_MS);
    let watcher: ReturnType<typeof watchOne> | undefined;
    try {
      makeFolderBelow(dirname(directory), directory);
      watcher = watchOne(directory, () => finish(true));
      // No room for a single watch is not "no events": the start finds that out and says it.
      watcher.on('error', () => finish(true));
      writeFileSync(file, '');
    } catch {
      finish(true);
    }
  });
}
