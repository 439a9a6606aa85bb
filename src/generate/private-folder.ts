import { dirname } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';

/** Mode of the person's folders and files: nobody else's business. */
export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;
const OTHERS = 0o077;
const OWN = 0o700;

/** True for a real folder of this person's that nobody else may enter. */
export function isPrivate(path: string, files: Pick<Files, 'stat'>, uid: number): boolean {
  const entry = files.stat(path);
  return entry?.kind === 'directory' && entry.uid === uid && (entry.mode & OTHERS) === 0;
}

/**
 * Makes sure that these folders are there, real, the person's own and nobody else's, and can be
 * written: what is the person's and too open is closed, too closed is opened for the person, what is somebody else's or a link is refused. Each one's parents
 * come before it.
 * @param folders absolute.
 */
export function ensurePrivate(
  folders: readonly string[],
  files: Pick<Files, 'stat' | 'makeDirectory' | 'setMode'>,
  uid: number,
): Result<void, Failure> {
  for (const path of folders) {
    if (files.stat(path) === undefined) {
      const made = files.makeDirectory(path, { mode: PRIVATE_FOLDER });
      if (!made.ok) return fail({ ...made.failure, cure: unusableCure(path) });
    }
    const entry = files.stat(path);
    if (entry?.kind !== 'directory')
      return fail(refused(path, 'it is no folder, but a link or a file'));
    if (entry.uid !== uid) {
      return fail(refused(path, `it belongs to somebody else (uid ${String(entry.uid)})`));
    }
    if ((entry.mode & OTHERS) === 0 && (entry.mode & OWN) === OWN) continue;
    const closed = files.setMode(path, PRIVATE_FOLDER);
    if (!closed.ok) return closed;
  }
  return ok(undefined);
}

function refused(path: string, why: string): Failure {
  return {
    reason: 'files',
    what: `${path} is not used: keys, credentials and sockets would lie there`,
    why,
    cure: 'Run dev as the person whose it is, or set XDG_STATE_HOME to a folder of your own',
  };
}

function unusableCure(path: string): string {
  return `Make ${dirname(path)} writable for you, or set XDG_STATE_HOME to a folder that is`;
}
