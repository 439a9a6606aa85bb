import { sha256 } from '../util/sha256.ts';
import { isAbsolute, join, relative } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Files, FileStat } from '../ports/files.ts';
import { ok, type Result } from '../util/result.ts';
import { contextIgnore, type ContextIgnore } from './context-ignore.ts';

/** One file of a build context, as it enters the fingerprint. */
export interface ContextEntry {
  /** `/`-separated, relative to the context. */
  readonly path: string;
  /** `755`; `link` for a symlink; `dir 755` for a folder. */
  readonly mode: string;
  /** sha256 of the bytes; for a symlink of where it leads; empty for a folder. */
  readonly digest: string;
  readonly bytes: number;
}

/** Files that say how to build; never told apart by .dockerignore. */
const DOCKERFILE = 'Dockerfile';
/**
 * Permission bits that count. Writing by group and others is left out: it follows each person's
 * umask, and one repository has to mean one image.
 */
const COUNTED_BITS = 0o755;

/** True when `path` is `folder` or lies in it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

export interface ScanOptions {
  readonly ignore: ContextIgnore;
  readonly countedBits: number;
  /** Whether folders are entries of their own: a build sees the empty ones too. */
  readonly folders: boolean;
  /** sha256 of a file's bytes; undefined when it has gone. */
  readonly digestOf: (path: string, stat: FileStat) => Result<string | undefined, Failure>;
}

/**
 * Every file that a build in this folder is sent, in a fixed order. A link is sent as it is, wherever
 * it leads.
 * @param root absolute.
 */
export function scanContext(
  files: Files,
  root: string,
  options: ScanOptions,
): Result<readonly ContextEntry[], Failure> {
  const { ignore, countedBits, folders, digestOf } = options;
  const entries: ContextEntry[] = [];
  const visit = (folder: string): Result<void, Failure> => {
    for (const name of files.list(folder === '' ? root : `${root}/${folder}`)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const found = files.stat(`${root}/${path}`);
      // Gone since the folder was listed, or a socket: nothing that a build would see.
      if (found === undefined || found.kind === 'other') continue;
      const ignored = ignore.ignores(path);
      const mode = (found.mode & countedBits).toString(8);
      if (found.kind === 'directory') {
        if (ignored && ignore.prunes(path)) continue;
        if (folders && !ignored) entries.push({ path, mode: `dir ${mode}`, digest: '', bytes: 0 });
        const inner = visit(path);
        if (!inner.ok) return inner;
      } else if (!ignored && found.kind === 'link') {
        const digest = sha256(files.linkTarget(`${root}/${path}`) ?? '');
        entries.push({ path, mode: 'link', digest, bytes: 0 });
      } else if (!ignored) {
        const digest = digestOf(path, found);
        if (!digest.ok) return digest;
        const { bytes } = found;
        if (digest.value !== undefined) entries.push({ path, mode, digest: digest.value, bytes });
      }
    }
    return ok(undefined);
  };
  const visited = visit('');
  return visited.ok ? ok(entries) : visited;
}

/**
 * Every file that the build of a base image can see, besides its Dockerfile. Contents are read each
 * time: their contexts are small, and time stamps lie.
 *
 * @param directory absolute, symlinks resolved.
 */
export function readContext(
  files: Files,
  directory: string,
): Result<readonly ContextEntry[], Failure> {
  const ignored = files.read(join(directory, '.dockerignore'));
  if (!ignored.ok) return ignored;
  const entries = scanContext(files, directory, {
    ignore: contextIgnore(ignored.value ?? ''),
    countedBits: COUNTED_BITS,
    folders: false,
    digestOf: (path) => files.digest(join(directory, path)),
  });
  return entries.ok ? ok(entries.value.filter(({ path }) => path !== DOCKERFILE)) : entries;
}
