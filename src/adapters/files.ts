import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { FileEntry, FileStat, Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import {
  isBelow,
  LinkError,
  makeConfined,
  readConfined,
  removeConfined,
  renameConfined,
  setModeOf,
  writeConfined,
} from './confined-files.ts';
import { errorCode, fileFailure, isMissing } from './file-failure.ts';
import { isAlive } from './is-alive.ts';
import { makeFolders } from './make-folder.ts';
import { removeTree } from './remove-tree.ts';
import { SpecialError, specialFailure, specialWhy } from './special-file.ts';
import { writeAtomicSync, writerOf } from './write-atomic.ts';

const PERMISSION_BITS = 0o777;
const ALL_MODE_BITS = 0o7777;

function attempt<T>(action: string, path: string, run: () => T): Result<T, Failure> {
  try {
    return ok(run());
  } catch (error) {
    if (error instanceof LinkError) return fail(linkFailure(action, path, error));
    if (error instanceof SpecialError) return fail(specialFailure(path, error.message));
    return fail(fileFailure(action, path, error));
  }
}

/** Somebody else's link decides nothing: neither what is read nor what is written. */
function linkFailure(action: string, path: string, { message, wanted }: LinkError): Failure {
  return {
    reason: 'files',
    what: `cannot ${action} ${path}`,
    why: message,
    cure: `Put the ${wanted} itself there in place of the link`,
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readBytes(path: string): Result<Uint8Array | undefined, Failure> {
  try {
    const special = specialAt(path);
    if (special !== undefined) return fail(special);
    return ok(readFileSync(path));
  } catch (error) {
    return isMissing(error) ? ok(undefined) : fail(fileFailure('read', path, error));
  }
}

function textOf(
  path: string,
  bytes: Result<Uint8Array | undefined, Failure>,
): Result<string | undefined, Failure> {
  if (!bytes.ok) return bytes;
  if (bytes.value === undefined) return ok(undefined);
  try {
    return ok(utf8.decode(bytes.value));
  } catch (error) {
    if (errorCode(error) === 'ERR_STRING_TOO_LONG') return fail(fileFailure('read', path, error));
    const why = 'it is not UTF-8 text';
    return fail({ reason: 'files', what: `cannot read ${path}`, why, cure: 'Save it as UTF-8' });
  }
}

/** What a shell or a caller hands over: it is there to be read to its end. */
const HANDED_OVER = /^\/(?:dev\/(?:fd\/\d+|stdin)|proc\/(?:self|\d+)\/fd\/\d+)$/;

function specialAt(path: string): Failure | undefined {
  const stats = HANDED_OVER.test(path) ? undefined : look(path);
  const why = stats === undefined ? undefined : specialWhy(stats);
  return why === undefined ? undefined : specialFailure(path, why);
}

/** What lies at a path, links followed; undefined also where it cannot be reached at all. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A folder on the way that is closed to us, or links that go round in a circle.
    return undefined;
  }
}

function kindOf(found: Stats | Dirent): FileStat['kind'] {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'directory';
  return found.isSymbolicLink() ? 'link' : 'other';
}

function stat(path: string): FileStat | undefined {
  try {
    // An exception for each file that is not there would take longer than all the rest.
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    const { mode, uid, size, mtimeMs, ctimeMs, ino } = found;
    return {
      kind: kindOf(found),
      uid,
      mode: mode & ALL_MODE_BITS,
      bytes: size,
      stamp: `${mtimeMs}:${ctimeMs}:${size}:${ino}`,
      changedAtMs: ctimeMs,
    };
  } catch {
    return undefined;
  }
}

function entries(path: string): readonly FileEntry[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .map((entry) => {
        const { name } = entry;
        const kind = kindOf(entry);
        // There are file systems that list names alone: whatever it is, it looks like a device then.
        return { name, kind: kind === 'other' ? (stat(join(path, name))?.kind ?? kind) : kind };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** How much of a file is held at once while it is hashed. */
const CHUNK_BYTES = 1024 * 1024;
let chunk: Uint8Array | undefined;

function digest(path: string): Result<string | undefined, Failure> {
  let file: number | undefined;
  const special = specialAt(path);
  if (special !== undefined) return fail(special);
  try {
    file = openSync(path, 'r');
    chunk ??= new Uint8Array(CHUNK_BYTES);
    const hash = createHash('sha256');
    for (;;) {
      const read = readSync(file, chunk);
      if (read === 0) return ok(hash.digest('hex'));
      hash.update(chunk.subarray(0, read));
    }
  } catch (error) {
    return isMissing(error) ? ok(undefined) : fail(fileFailure('read', path, error));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function abandonedIn(folder: string, name: string): readonly string[] {
  const writer = writerOf(name);
  return writer === undefined || isAlive(writer) ? [] : [join(folder, name)];
}

/** What the tool does on the ground of others; see `Files.confined`. */
function confined(root: string): Files {
  const readSafely = (path: string): Result<Uint8Array | undefined, Failure> =>
    isBelow(root, path) ? attempt('read', path, () => readConfined(root, path)) : readBytes(path);
  return {
    ...hostFiles,
    readBytes: readSafely,
    read: (path) => textOf(path, readSafely(path)),
    writeAtomic: (path, contents, options) =>
      isBelow(root, path)
        ? attempt('write', path, () => writeConfined(root, path, contents, options))
        : hostFiles.writeAtomic(path, contents, options),
    makeDirectory: (path, options) =>
      isBelow(root, path)
        ? attempt('make the folder', path, () => makeConfined(root, path, options?.mode))
        : hostFiles.makeDirectory(path, options),
    remove: (path) =>
      isBelow(root, path)
        ? attempt('remove', path, () => removeConfined(root, path))
        : hostFiles.remove(path),
    rename: (from, to) =>
      isBelow(root, from) && isBelow(root, to)
        ? attempt('rename', from, () => renameConfined(root, from, to))
        : hostFiles.rename(from, to),
  };
}

/** The host's own file system. */
export const hostFiles: Files = {
  read: (path) => textOf(path, readBytes(path)),
  readBytes,
  writeAtomic: (path, contents, options) =>
    attempt('write', path, () => {
      writeAtomicSync(path, contents, options);
    }),
  makeDirectory: (path, options) =>
    attempt('make the folder', path, () => {
      makeFolders(path, options?.mode);
    }),
  exists: (path) => existsSync(path),
  isDirectory: (path) => look(path)?.isDirectory() ?? false,
  mode: (path) => {
    const mode = look(path)?.mode;
    return mode === undefined ? undefined : mode & PERMISSION_BITS;
  },
  stat,
  linkTarget: (path) => {
    try {
      return readlinkSync(path);
    } catch {
      return undefined;
    }
  },
  digest,
  modifiedMs: (path) => look(path)?.mtimeMs,
  list: (path) => {
    try {
      return readdirSync(path).sort();
    } catch {
      return [];
    }
  },
  entries,
  abandoned: (path) => hostFiles.list(path).flatMap((name) => abandonedIn(path, name)),
  realPath: (path) => {
    try {
      return realpathSync(path);
    } catch {
      return undefined;
    }
  },
  remove: (path) =>
    attempt('remove', path, () => {
      removeTree(path);
    }),
  rename: (from, to) =>
    attempt('rename', from, () => {
      renameSync(from, to);
    }),
  setMode: (path, mode) => attempt('set the mode of', path, () => setModeOf(path, mode)),
  confined,
};
