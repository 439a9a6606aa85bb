import { createHash } from 'node:crypto';
import { isAbsolute, join, relative } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { contextIgnore, type ContextIgnore } from './context-ignore.ts';

/** One file of a build context, as it enters the fingerprint. */
export interface ContextEntry {
  /** `/`-separated, relative to the context. */
  readonly path: string;
  /** `755`, or `link` for a symlink. */
  readonly mode: string;
  /** sha256 of the bytes; for a symlink of where it leads. */
  readonly digest: string;
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

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function leaves(path: string, target: string): Failure {
  return {
    reason: 'definition',
    what: `${path} is a symlink that leaves its build context`,
    why: `It leads to ${target}, which the builder never sees.`,
    cure: 'Copy what it leads to into the folder, or make the link with a RUN step.',
  };
}

interface Scan {
  readonly files: Files;
  /** Absolute, symlinks resolved. */
  readonly root: string;
  readonly ignore: ContextIgnore;
  readonly entries: ContextEntry[];
}

function scanEntry(scan: Scan, path: string): Result<void, Failure> {
  const { files, root, ignore } = scan;
  const absolute = join(root, path);
  const real = files.realPath(absolute);
  if (real !== absolute) {
    if (ignore.ignores(path)) return ok(undefined);
    if (real === undefined || !isInside(root, real)) {
      return fail(leaves(absolute, real ?? 'nothing'));
    }
    scan.entries.push({ path, mode: 'link', digest: sha256(relative(root, real)) });
    return ok(undefined);
  }
  if (files.isDirectory(absolute)) return scanDirectory(scan, path);
  if (ignore.ignores(path) || path === DOCKERFILE) return ok(undefined);
  const bytes = files.readBytes(absolute);
  if (!bytes.ok) return bytes;
  // Gone since the folder was listed, or a socket: nothing that a build would see.
  if (bytes.value === undefined) return ok(undefined);
  const mode = ((files.mode(absolute) ?? 0) & COUNTED_BITS).toString(8);
  scan.entries.push({ path, mode, digest: sha256(bytes.value) });
  return ok(undefined);
}

function scanDirectory(scan: Scan, path: string): Result<void, Failure> {
  if (path !== '' && scan.ignore.prunes(path)) return ok(undefined);
  for (const name of scan.files.list(join(scan.root, path))) {
    const scanned = scanEntry(scan, path === '' ? name : `${path}/${name}`);
    if (!scanned.ok) return scanned;
  }
  return ok(undefined);
}

/**
 * Every file that a build in this folder can see, besides its Dockerfile, in a fixed order. Contents
 * are read each time: contexts of base images are small, and time stamps lie.
 *
 * @param directory absolute, symlinks resolved.
 */
export function readContext(
  files: Files,
  directory: string,
): Result<readonly ContextEntry[], Failure> {
  const ignored = files.read(join(directory, '.dockerignore'));
  if (!ignored.ok) return ignored;
  const scan: Scan = {
    files,
    root: directory,
    ignore: contextIgnore(ignored.value ?? ''),
    entries: [],
  };
  const scanned = scanDirectory(scan, '');
  return scanned.ok ? ok(scan.entries) : scanned;
}
