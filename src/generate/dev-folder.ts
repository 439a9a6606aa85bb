import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { DEV_FOLDER, type Places } from '../model/places.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { ensureFile } from './ensure-file.ts';
import { PRIVATE_FOLDER } from './private-folder.ts';

/** Folders in `.dev`. */
const PARTS = ['certs'];
/** Its mode when it is in order: others have no business in it. */
const OTHERS = 0o077;

/**
 * Makes sure that `.dev` is there (and a context's own in it), a real folder, and ignored by git. Nothing in it is secret, but
 * what is written there must land there: one that is a link is refused.
 */
export function ensureDevFolder(
  { root, dev }: Pick<Places, 'root' | 'dev'>,
  files: Files,
): Result<void, Failure> {
  const folder = join(root, DEV_FOLDER);
  const own = files.confined(root);
  const entry = files.stat(folder);
  if (entry !== undefined && entry.kind !== 'directory')
    return fail(misplaced(folder, entry.kind, files));
  for (const path of new Set([folder, dev, ...PARTS.map((part) => join(dev, part))])) {
    const before = files.stat(path);
    if (before === undefined) {
      const made = own.makeDirectory(path, { mode: PRIVATE_FOLDER });
      if (!made.ok) {
        const cure = made.failure.cure ?? 'Make the project folder writable for you';
        return fail({ ...made.failure, cure });
      }
    } else if (before.kind !== 'directory') {
      return fail(misplaced(path, before.kind, files));
    } else if ((before.mode & OTHERS) !== 0) {
      // Somebody else's, on a shared disk, stays as it is: it holds nothing that matters.
      files.setMode(path, PRIVATE_FOLDER);
    }
  }
  const ignored = ensureFile(own, join(folder, '.gitignore'), '*\n');
  return ignored.ok ? ok(undefined) : fail(ignored.failure);
}

/** What was made for the project would land who knows where. */
function misplaced(path: string, kind: 'file' | 'link' | 'other', files: Files): Failure {
  if (kind !== 'link') {
    return {
      reason: 'files',
      what: `${path} is a file, and has to be a folder`,
      cure: 'Move it away; the folder is made again with all that belongs in it',
    };
  }
  const real = files.realPath(path);
  return {
    reason: 'files',
    what: `${path} is a symlink to ${real ?? 'nothing'}`,
    why: 'what is generated would land there; it has to be a folder of its own',
    cure: `Remove it: rm ${path}`,
  };
}
