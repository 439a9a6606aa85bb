import { rmSync, watch as watchFolder, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { watch } from 'chokidar';
import type { WatchFailure, Watcher } from '../ports/watcher.ts';
import { makeFolderBelow } from './make-folder.ts';

/** So long is waited for the event of the self-test's file. */
const PROBE_LIMIT_MS = 1_000;

/**
 * chokidar, for its walk, its pruning and its care for folders that come and go. It is made to watch
 * folders only: a folder's events name the file, and one watch for each file would take the system's
 * watches, three times the time to start and half a gigabyte in a repository of 50,000 files.
 */
export function createWatcher(): Watcher {
  return {
    start: ({ root, ignored }, sink) =>
      new Promise((resolve) => {
        let ready = false;
        const folders = watch(root, {
          ignoreInitial: false,
          followSymlinks: false,
          ignorePermissionErrors: true,
          ignored: (path, stats) => {
            if (stats === undefined) return false;
            return !stats.isDirectory() || (path !== root && ignored(path, 'directory'));
          },
        });
        const covered = new Set<string>();
        folders.on('raw', (_event, name, details) => {
          const folder = watchedPath(details);
          if (typeof name === 'string' && folder !== undefined) sink.touched(join(folder, name));
        });
        folders.on('addDir', (path) => {
          covered.add(path);
          if (ready) sink.folderAdded(path);
        });
        folders.on('unlinkDir', (path) => {
          covered.delete(path);
          sink.folderRemoved(path);
        });
        folders.on('error', (error) => sink.failed(failureOf(error)));
        folders.on('ready', () => {
          ready = true;
          resolve({
            get entries() {
              return covered.size;
            },
            covers: (folder) => covered.has(folder),
            add: (folder) => {
              folders.add(folder);
            },
            close: () => folders.close(),
          });
        });
      }),
    eventsArrive,
  };
}

function watchedPath(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) {
    return undefined;
  }
  return typeof details.watchedPath === 'string' ? details.watchedPath : undefined;
}

function failureOf(error: unknown): WatchFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC') {
    return {
      kind: 'limit',
      message:
        'the system’s limit of file watches (fs.inotify.max_user_watches) is reached; raise it: ' +
        'sudo sysctl fs.inotify.max_user_watches=524288',
    };
  }
  if (code === 'EMFILE' || code === 'ENFILE') {
    return {
      kind: 'limit',
      message:
        'the system’s limit of watchers or open files (fs.inotify.max_user_instances, ulimit -n) ' +
        'is reached; raise it: sudo sysctl fs.inotify.max_user_instances=512',
    };
  }
  return { kind: 'other', message };
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
    let watcher: ReturnType<typeof watchFolder> | undefined;
    try {
      makeFolderBelow(dirname(directory), directory);
      watcher = watchFolder(directory, () => finish(true));
      // No room for a single watch is not "no events": the start finds that out and says it.
      watcher.on('error', () => finish(true));
      writeFileSync(file, '');
    } catch {
      finish(true);
    }
  });
}
