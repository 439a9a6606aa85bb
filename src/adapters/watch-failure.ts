import type { WatchFailure } from '../ports/watcher.ts';

/** What it means that a folder cannot be watched or read; undefined when it is merely gone. */
export function watchFailure(error: unknown, folder: string): WatchFailure | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    // A link that leads round in a circle has come into the place of a folder above it.
    case 'ELOOP':
      return undefined;
    case 'ENOSPC':
      return {
        kind: 'limit',
        message:
          'the system’s limit of file watches (fs.inotify.max_user_watches) is reached; raise it: ' +
          'sudo sysctl fs.inotify.max_user_watches=524288',
      };
    case 'EMFILE':
    case 'ENFILE':
      return {
        kind: 'limit',
        message:
          'the system’s limit of watchers or open files (fs.inotify.max_user_instances, ulimit -n) ' +
          'is reached; raise it: sudo sysctl fs.inotify.max_user_instances=512',
      };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'folder', folder, message: 'it may not be read' };
    default:
      return { kind: 'folder', folder, message };
  }
}
