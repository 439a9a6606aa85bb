import { createHash } from 'node:crypto';
import { lstat, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileLooks } from '../ports/watcher.ts';
import { makeFolderBelow } from './make-folder.ts';

/** Larger files are taken for changed whenever they are written. */
const MAX_DIGEST_BYTES = 4 * 1024 * 1024;

/** File systems count time in steps, of 10 ms at most on Linux; two writes may have one stamp. */
const TIME_STEP_MS = 20;

export function createFileLooks(): FileLooks {
  let looks = 0;
  return {
    look: async (path, { knownStamp, stampOnly }) => {
      const stat = await lstat(path, { bigint: true }).catch(() => undefined);
      if (stat === undefined) return { kind: 'none' };
      if (stat.isDirectory()) return { kind: 'directory' };
      const changedAtMs = Number(stat.ctimeMs);
      const isFresh = Date.now() - changedAtMs < TIME_STEP_MS;
      looks += 1;
      const stamp =
        `${stat.mtimeNs}:${stat.ctimeNs}:${stat.size}:${stat.ino}` + (isFresh ? `:${looks}` : '');
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
    timeIn: async (directory) => {
      const file = join(directory, `.time-${process.pid}`);
      try {
        makeFolderBelow(dirname(directory), directory);
        await writeFile(file, '');
        return Number((await lstat(file, { bigint: true })).ctimeMs);
      } catch {
        return undefined;
      } finally {
        await rm(file, { force: true }).catch(() => undefined);
      }
    },
    list: async (path) => {
      const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isDirectory() || entry.isFile())
        .map((entry) => ({ name: entry.name, kind: entry.isFile() ? 'file' : 'directory' }));
    },
  };
}
