import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
} from 'node:fs';
import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { fileFailure, isMissing } from './file-failure.ts';
import { writeAtomicSync } from './write-atomic.ts';

const PERMISSION_BITS = 0o777;

function attempt<T>(action: string, path: string, run: () => T): Result<T, Failure> {
  try {
    return ok(run());
  } catch (error) {
    return fail(fileFailure(action, path, error));
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readBytes(path: string): Result<Uint8Array | undefined, Failure> {
  try {
    return ok(readFileSync(path));
  } catch (error) {
    return isMissing(error) ? ok(undefined) : fail(fileFailure('read', path, error));
  }
}

function readText(path: string): Result<string | undefined, Failure> {
  const bytes = readBytes(path);
  if (!bytes.ok) return bytes;
  if (bytes.value === undefined) return ok(undefined);
  try {
    return ok(utf8.decode(bytes.value));
  } catch {
    const why = 'it is not UTF-8 text';
    return fail({ reason: 'files', what: `cannot read ${path}`, why, cure: 'Save it as UTF-8' });
  }
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

/** The host's own file system. */
export const hostFiles: Files = {
  read: readText,
  readBytes,
  writeAtomic: (path, contents, options) =>
    attempt('write', path, () => {
      writeAtomicSync(path, contents, options);
    }),
  makeDirectory: (path, options) =>
    attempt('make the folder', path, () => {
      mkdirSync(path, { recursive: true, ...options });
    }),
  exists: (path) => existsSync(path),
  isDirectory: (path) => look(path)?.isDirectory() ?? false,
  mode: (path) => {
    const mode = look(path)?.mode;
    return mode === undefined ? undefined : mode & PERMISSION_BITS;
  },
  modifiedMs: (path) => look(path)?.mtimeMs,
  list: (path) => {
    try {
      return readdirSync(path).sort();
    } catch {
      return [];
    }
  },
  realPath: (path) => {
    try {
      return realpathSync(path);
    } catch {
      return undefined;
    }
  },
  remove: (path) =>
    attempt('remove', path, () => {
      rmSync(path, { recursive: true, force: true });
    }),
  rename: (from, to) =>
    attempt('rename', from, () => {
      renameSync(from, to);
    }),
};
