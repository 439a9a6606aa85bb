import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { errorCode, isMissing } from './file-failure.ts';
import { removeTree } from './remove-tree.ts';
import { SpecialError, specialWhy } from './special-file.ts';
import { writeNewSync } from './write-atomic.ts';

/** A link where none may be, or one that leads out. */
export class LinkError extends Error {
  /** What has to be there itself, in place of the link. */
  readonly wanted: 'file' | 'folder';

  constructor(message: string, wanted: 'file' | 'folder' = 'file') {
    super(message);
    this.wanted = wanted;
  }
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const NAMES = '/proc/self/fd';
/** Linux names an open folder by its number: whoever renames or links meanwhile changes nothing. */
const hasNames = existsSync(NAMES);

/** True for `root` and everything below it. */
export function isBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

interface OpenFolder {
  /** A path that leads into the folder. */
  readonly path: string;
  close(): void;
}

function openFolder(path: string, shown: string): OpenFolder {
  if (!hasNames) {
    if (lstatSync(path).isSymbolicLink()) throw new LinkError(`${shown} is a link`, 'folder');
    return { path, close: () => undefined };
  }
  try {
    const descriptor = openSync(path, FOLDER);
    return { path: join(NAMES, String(descriptor)), close: () => closeSync(descriptor) };
  } catch (error) {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    throw entry?.isSymbolicLink() === true ? new LinkError(`${shown} is a link`, 'folder') : error;
  }
}

/** Steps down from the root, one folder at a time, and calls `work` in the last one. */
function inFolder<T>(
  root: string,
  folder: string,
  work: (folder: string) => T,
  step: (path: string) => void = () => undefined,
): T {
  let at = openFolder(root, root);
  let shown = root;
  try {
    for (const part of relative(root, folder).split(sep).filter(Boolean)) {
      const next = join(at.path, part);
      shown = join(shown, part);
      step(next);
      const opened = openFolder(next, shown);
      at.close();
      at = opened;
    }
    return work(at.path);
  } finally {
    at.close();
  }
}

/** Where an open file really lies. */
function placeOf(descriptor: number, path: string): string {
  return hasNames ? readlinkSync(join(NAMES, String(descriptor))) : realpathSync(path);
}

/** The bytes of a file that lies below the root, links followed; undefined when there is none. */
export function readConfined(root: string, path: string): Buffer | undefined {
  let descriptor: number;
  try {
    // A pipe that somebody put there is not waited for.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    const real = placeOf(descriptor, path);
    if (!isBelow(root, real)) throw new LinkError(`it leads out of ${root}, to ${real}`);
    const special = specialWhy(fstatSync(descriptor));
    if (special !== undefined) throw new SpecialError(special);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What lies at a path below the root itself: an open file, which the caller closes, or where a link leads. */
export type ConfinedEntry =
  | { readonly kind: 'file'; readonly descriptor: number; readonly stats: Stats }
  | { readonly kind: 'link'; readonly target: string; readonly stats: Stats };

/**
 * Opens a file of a folder that others write to, too. Undefined when there is nothing, or neither a file
 * nor a link. Throws `LinkError` where a folder on the way leads out of the root.
 */
export function openConfined(root: string, path: string): ConfinedEntry | undefined {
  let descriptor: number;
  try {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
    descriptor = openSync(path, flags);
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (errorCode(error) !== 'ELOOP') throw error;
    return inFolder(root, dirname(path), (folder) => {
      const link = join(folder, basename(path));
      return { kind: 'link', target: readlinkSync(link), stats: lstatSync(link) };
    });
  }
  const refuse = (failure: LinkError): never => {
    closeSync(descriptor);
    throw failure;
  };
  const real = placeOf(descriptor, path);
  if (!isBelow(root, real))
    return refuse(new LinkError(`${path} leads out of ${root}, to ${real}`));
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return { kind: 'file', descriptor, stats };
  closeSync(descriptor);
  return undefined;
}

/** Writes beside the file and renames, in the folder that was there when it began. */
export function writeConfined(
  root: string,
  path: string,
  contents: string | Uint8Array,
  options?: { readonly mode?: number; readonly flush?: boolean; readonly modifiedMs?: number },
): void {
  inFolder(root, dirname(path), (folder) => {
    const target = join(folder, basename(path));
    const entry = lstatSync(target, { throwIfNoEntry: false });
    const kept = entry?.isFile() === true ? entry.mode & 0o777 : undefined;
    writeNewSync(target, contents, { ...options, kept });
  });
}

/** Makes a folder and those above it, none of them a link. */
export function makeConfined(root: string, path: string, mode?: number): void {
  inFolder(
    root,
    path,
    () => undefined,
    (folder) => {
      if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) mkdirSync(folder, { mode });
    },
  );
}

export function removeConfined(root: string, path: string): void {
  try {
    inFolder(root, dirname(path), (folder) => {
      removeTree(join(folder, basename(path)));
    });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

export function renameConfined(root: string, from: string, to: string): void {
  inFolder(root, dirname(from), (source) => {
    inFolder(root, dirname(to), (target) => {
      renameSync(join(source, basename(from)), join(target, basename(to)));
    });
  });
}

/** Sets the mode of what is there itself. */
export function setModeOf(path: string, mode: number): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    fchmodSync(descriptor, mode);
  } finally {
    closeSync(descriptor);
  }
}
