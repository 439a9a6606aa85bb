import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Failure } from '../events/failure.ts';

const TOO_LARGE = { why: 'it is too large to be read', cure: 'Put a smaller one in its place' };

const WHY: Readonly<Record<string, { readonly why: string; readonly cure: string }>> = {
  EACCES: { why: 'permission denied', cure: 'Check who owns it: ls -ld' },
  EPERM: { why: 'not permitted', cure: 'Check who owns it: ls -ld' },
  ENOSPC: {
    why: 'the disk is full',
    cure: 'Make room (dev images prune, docker system df), then run it again',
  },
  EDQUOT: { why: 'your disk quota is used up', cure: 'Make room, then run it again' },
  EROFS: {
    why: 'the file system is read-only',
    cure: 'Mount it writable, or put elsewhere what lies there: the project, or what is yours (XDG_STATE_HOME)',
  },
  EEXIST: { why: 'something else is there already', cure: 'Move it away' },
  ENOTDIR: { why: 'a part of the path is a file, not a folder', cure: 'Move that file away' },
  EISDIR: { why: 'it is a folder, not a file', cure: 'Name a file in it, or move it away' },
  ENAMETOOLONG: { why: 'the name is too long', cure: 'Choose a shorter one' },
  ENXIO: { why: 'it is a socket, not a file', cure: 'Put a file in its place' },
  ERR_FS_FILE_TOO_LARGE: TOO_LARGE,
  ERR_STRING_TOO_LONG: TOO_LARGE,
  ELOOP: { why: 'its symbolic links go round in a circle', cure: 'Mend the link' },
};

/** `ENOENT` and the like; empty for what is no failure of the system's. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Tells a failed file operation so that a person can act. */
export function fileFailure(action: string, path: string, error: unknown): Failure {
  const code = errorCode(error);
  const known = WHY[code];
  if (known !== undefined) {
    const cure = known.cure.endsWith('ls -ld') ? `${known.cure} ${path}` : known.cure;
    return { reason: 'files', what: `cannot ${action} ${path}`, why: known.why, cure };
  }
  const folder = dirname(path);
  if (code === 'ENOENT' && action === 'write' && !existsSync(folder)) {
    return {
      ...{ reason: 'files', what: `cannot write ${path}`, why: `there is no folder ${folder}` },
      cure: `mkdir -p ${folder}`,
    };
  }
  const why = error instanceof Error ? error.message : String(error);
  return { reason: 'files', what: `cannot ${action} ${path}`, why };
}

/** True for "there is no such file", which many callers treat as an answer. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}
