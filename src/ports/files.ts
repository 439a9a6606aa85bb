import type { Result } from '../util/result.ts';
import type { Failure } from '../events/failure.ts';

/** What lies at a path itself, no link followed. */
export interface FileStat {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits with set-uid, set-gid and sticky: `0o4755`. */
  readonly mode: number;
  readonly bytes: number;
  /** Another one whenever the file was written, touched, or another one took its place. */
  readonly stamp: string;
  /** Epoch milliseconds of the last change of the file or its name; nobody can set it. */
  readonly changedAtMs: number;
  /** Of the owner. */
  readonly uid: number;
}

/** One thing in a directory. */
export interface FileEntry {
  readonly name: string;
  readonly kind: FileStat['kind'];
}

/** The host's file system, as far as the tool needs it. Paths are absolute. */
export interface Files {
  /** UTF-8 text; undefined when there is no such file. Fails when it is there but unreadable. */
  read(path: string): Result<string | undefined, Failure>;
  /** The bytes as they are; undefined when there is no such file. */
  readBytes(path: string): Result<Uint8Array | undefined, Failure>;
  /**
   * Writes to a temporary file beside it and renames: readers see the old or the new, whole. It is
   * flushed to the disk first, which on a busy disk takes seconds: `flush: false` for what is
   * written again and again, and may be lost with the machine.
   */
  writeAtomic(
    path: string,
    contents: string | Uint8Array,
    options?: { readonly mode?: number; readonly flush?: boolean; readonly modifiedMs?: number },
  ): Result<void, Failure>;
  /** Makes a directory and its parents. */
  makeDirectory(path: string, options?: { readonly mode?: number }): Result<void, Failure>;
  exists(path: string): boolean;
  isDirectory(path: string): boolean;
  /** Permission bits (`0o600`), symlinks followed; undefined when there is nothing there. */
  mode(path: string): number | undefined;
  /** Undefined when there is nothing there. */
  stat(path: string): FileStat | undefined;
  /** Where a link leads, as it is written; undefined when it is none. */
  linkTarget(path: string): string | undefined;
  /** sha256 of a file's bytes, hex, however large; undefined when there is no such file. */
  digest(path: string): Result<string | undefined, Failure>;
  /** When the contents last changed, epoch milliseconds; undefined when there is nothing there. */
  modifiedMs(path: string): number | undefined;
  /** Names in a directory, sorted; empty when there is no such directory. */
  list(path: string): readonly string[];
  /** What is in a directory, sorted by name, no link followed; empty when there is no such directory. */
  entries(path: string): readonly FileEntry[];
  /** Paths in a directory that `writeAtomic` of processes which are gone has left there. */
  abandoned(path: string): readonly string[];
  /** With symlinks resolved; undefined when there is nothing there. */
  realPath(path: string): string | undefined;
  /** Removes a file or a whole directory; no failure when there is none. */
  remove(path: string): Result<void, Failure>;
  rename(from: string, to: string): Result<void, Failure>;
  /** Sets the permission bits of a file or folder; fails for a link. */
  setMode(path: string, mode: number): Result<void, Failure>;
  /**
   * The same files for work in a folder that others write to, too: a stranger's repository, code in
   * containers. What lies below `root` is never written, made or removed through a link, whoever
   * swaps one in meanwhile, and not read where a link leads out of it; a link in the place of a file
   * that is written is replaced. Elsewhere nothing is different.
   * @param root absolute, symlinks resolved.
   */
  confined(root: string): Files;
}
