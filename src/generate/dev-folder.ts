import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';

/** Mode of generated folders and files: nobody else's business. */
export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;

const DEV_FOLDER = '.dev';
const PARTS = ['certs', 'secrets', 'state', 'logs'];

/**
 * Makes sure that `.dev` and its folders are there, private, and ignored by git.
 * @returns the absolute path of `.dev`, or why it cannot be used.
 */
export function ensureDevFolder(root: string, files: Files): Result<string, Failure> {
  const folder = join(root, DEV_FOLDER);
  const wrong = misplaced(root, folder, files);
  if (wrong !== undefined) return fail(wrong);
  for (const path of [folder, ...PARTS.map((part) => join(folder, part))]) {
    if (files.isDirectory(path)) continue;
    const made = files.makeDirectory(path, { mode: PRIVATE_FOLDER });
    if (!made.ok) return fail({ ...made.failure, cure: unusableCure(made.failure) });
  }
  const ignored = ensureFile(files, join(folder, '.gitignore'), '*\n');
  return ignored.ok ? ok(folder) : fail(ignored.failure);
}

/** `.dev` is a file, or a symlink that leaves the project: both would put secrets who knows where. */
function misplaced(root: string, folder: string, files: Files): Failure | undefined {
  const real = files.realPath(folder);
  if (real === undefined) {
    // A symlink to nothing is listed, but resolves to nothing.
    if (!files.list(root).includes(DEV_FOLDER)) return undefined;
    return {
      reason: 'files',
      what: `${folder} is a symlink to nothing`,
      cure: `Remove it: rm ${folder}`,
    };
  }
  if (!files.isDirectory(folder)) {
    return {
      reason: 'files',
      what: `${folder} is a file, and has to be a folder`,
      cure: 'Move it away; the folder is made again with all that belongs in it',
    };
  }
  const realRoot = files.realPath(root) ?? root;
  if (real.startsWith(`${realRoot}/`)) return undefined;
  return {
    reason: 'files',
    what: `${folder} leads out of the project`,
    why: `it is a symlink to ${real}; keys and credentials would land there`,
    cure: `Remove it: rm ${folder}`,
  };
}

function unusableCure(failure: Failure): string {
  return failure.cure ?? 'Make the project folder writable for you';
}

/**
 * Makes sure that a file has this text and is private. Writes only where something differs.
 * @returns whether it was written.
 */
export function ensureFile(files: Files, path: string, text: string): Result<boolean, Failure> {
  const current = files.read(path);
  if (current.ok && current.value === text && files.mode(path) === PRIVATE_FILE) return ok(false);
  const written = files.writeAtomic(path, text, { mode: PRIVATE_FILE });
  return written.ok ? ok(true) : fail(written.failure);
}
