import { createHash } from 'node:crypto';
import { lstat, readFile, readdir } from 'node:fs/promises';
import type { FileLooks } from '../ports/watcher.ts';

/** Larger files are taken for changed whenever they are written. */
const MAX_DIGEST_BYTES = 4 * 1024 * 1024;

export function createFileLooks(): FileLooks {
  return {
    look: async (path, { knownStamp, stampOnly }) => {
      const stat = await lstat(path, { bigint: true }).catch(() => undefined);
      if (stat === undefined) return { kind: 'none' };
      if (stat.isDirectory()) return { kind: 'directory' };
      const stamp = `${stat.mtimeNs}:${stat.ctimeNs}:${stat.size}:${stat.ino}`;
      const changedAtMs = Number(stat.ctimeMs);
      const unread =
        stampOnly === true ||
        stamp === knownStamp ||
        stat.size > MAX_DIGEST_BYTES ||
        !stat.isFile();
      // Unreadable, or gone since: it is compared by its stamp.
      const contents = unread ? undefined : await readFile(path).catch(() => undefined);
      const digest =
        contents === undefined ? undefined : createHash('sha1').update(contents).digest('base64');
      return { kind: 'file', stamp, digest, changedAtMs };
    },
    list: async (path) => {
      const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isDirectory() || entry.isFile())
        .map((entry) => ({ name: entry.name, kind: entry.isFile() ? 'file' : 'directory' }));
    },
  };
}
