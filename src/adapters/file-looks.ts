import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileLook, FileLooks } from '../ports/watcher.ts';
import { isMissing } from './file-failure.ts';
import { makeFolderBelow } from './make-folder.ts';
import { within } from './within.ts';

/** Larger files are taken for changed whenever they are written. */
const MAX_DIGEST_BYTES = 4 * 1024 * 1024;

/** File systems count time in steps, of 10 ms at most on Linux; two writes may have one stamp. */
const TIME_STEP_MS = 20;

/** A file that is written while it is read is read again; so many times in all. */
const MAX_READS = 3;

/** A folder that does not answer for so long, of a network that is gone, cannot be read. */
const LIST_LIMIT_MS = 10_000;

/** @param readContents for tests, which write in the middle of it */
export function createFileLooks(
  readContents: (path: string) => Promise<Uint8Array> = (path) => readFile(path),
): FileLooks {
  let looks = 0;

  async function digestOf(path: string): Promise<Extract<FileLook, { kind: 'file' }>['digest']> {
    const contents = await readContents(path).catch(() => undefined);
    return contents && createHash('sha1').update(contents).digest('base64');
  }

  return {
    look: async (path, { knownStamp, stampOnly, through }) => {
      for (let reads = 1; ; reads += 1) {
        const found = await statOf(path, through);
        if (found === undefined) return { kind: 'none' };
        if (found.isDirectory()) return { kind: 'directory' };
        // A pipe, a socket or a device: it has no contents that could be compared.
        if (!found.isFile() && !found.isSymbolicLink()) return { kind: 'none' };
        const changedAtMs = Number(found.ctimeMs);
        const isFresh = Date.now() - changedAtMs < TIME_STEP_MS;
        looks += 1;
        const stamp = stampOf(found) + (isFresh ? `:${looks}` : '');
        const file = { kind: 'file', stamp, changedAtMs } as const;
        const unread =
          stampOnly === true ||
          stamp === knownStamp ||
          found.size > MAX_DIGEST_BYTES ||
          !found.isFile() ||
          reads > MAX_READS;
        // Unreadable, or never at rest: it is compared by its stamp.
        if (unread) return { ...file, digest: undefined };
        const digest = await digestOf(path);
        // New contents under the old stamp: the save that brought them would be taken for none.
        const after = await statOf(path, through);
        if (after !== undefined && stampOf(after) === stampOf(found)) return { ...file, digest };
      }
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
      const entries = await within(LIST_LIMIT_MS, readdir(path, { withFileTypes: true })).catch(
        (error: unknown) => (isMissing(error) ? [] : undefined),
      );
      return entries
        ?.filter((entry) => entry.isDirectory() || entry.isFile() || entry.isSymbolicLink())
        .map((entry) => ({ name: entry.name, kind: entry.isDirectory() ? 'directory' : 'file' }));
    },
  };
}

/** @param through a link to a file is that file; one that leads to none is what it is. */
async function statOf(path: string, through = false): Promise<BigIntStats | undefined> {
  const own = await lstat(path, { bigint: true }).catch(() => undefined);
  if (!through || own?.isSymbolicLink() !== true) return own;
  const target = await stat(path, { bigint: true }).catch(() => undefined);
  return target?.isFile() === true ? target : own;
}

const stampOf = ({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string =>
  `${mtimeNs}:${ctimeNs}:${size}:${ino}`;
