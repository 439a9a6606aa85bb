import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';
import type { PackSource } from '../../ports/artifact-store.ts';

/** One entry of an archive, before its contents are read. */
export interface ArchiveEntry {
  /** In the archive, without a leading slash. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly executable: boolean;
  /** Bytes of a file's contents when it was found; 0 of anything else. */
  readonly size: number;
}

/** What an archive of files cannot hold: a socket, a device, a path that leaves its folder. */
export class NotPackable extends Error {
  readonly path: string;
  constructor(path: string, why: string) {
    super(why);
    this.path = path;
  }
}

/** One of its values is in a file's contents, in its name or in where a link leads. */
export class HoldsSecret extends NotPackable {
  constructor(name: string) {
    super(name, 'it holds a secret');
  }
}

/** A path whose folders are links to elsewhere is not the repository's own. */
async function insist(folder: string, path: string): Promise<void> {
  const [root, parent] = await Promise.all([realpath(folder), realpath(dirname(path))]);
  if (path === folder || parent === root || parent.startsWith(root + sep)) return;
  throw new NotPackable(path, `it leads out of ${folder}`);
}

async function walk(path: string, name: string): Promise<readonly ArchiveEntry[]> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return [{ name, path, type: 'symlink', executable: true, size: 0 }];
  if (stats.isDirectory()) {
    const children = await readdir(path);
    const below = await Promise.all(
      children.map((child) => walk(join(path, child), posix.join(name, child))),
    );
    const own: ArchiveEntry = { name, path, type: 'directory', executable: true, size: 0 };
    return [...(name === '' ? [] : [own]), ...below.flat()];
  }
  if (!stats.isFile()) throw new NotPackable(path, 'it is neither a file, a folder nor a link');
  return [{ name, path, type: 'file', executable: (stats.mode & 0o111) !== 0, size: stats.size }];
}

/** Folders above an entry, which an archive that is unpacked by anybody has to name too. */
function parentsOf(name: string): readonly string[] {
  const parent = posix.dirname(name);
  return parent === '.' ? [] : [...parentsOf(parent), parent];
}

/** All entries of an archive, sorted by the bytes of their names. Throws like `node:fs`. */
export async function archiveEntries(
  sources: readonly PackSource[],
): Promise<readonly ArchiveEntry[]> {
  const entries = new Map<string, ArchiveEntry>();
  for (const { folder, paths, at } of sources) {
    for (const relative of paths) {
      const path = join(folder, relative);
      await insist(folder, path);
      const name = posix.join(at, relative === '.' ? '' : posix.normalize(relative));
      for (const entry of await walk(path, name.replace(/\/$/, ''))) entries.set(entry.name, entry);
    }
  }
  for (const name of [...entries.keys()].flatMap(parentsOf)) {
    if (entries.has(name)) continue;
    entries.set(name, { name, path: '', type: 'directory', executable: true, size: 0 });
  }
  const order = (a: ArchiveEntry, b: ArchiveEntry): number =>
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
  return [...entries.values()].sort(order);
}

export interface PackOptions {
  readonly mtimeSeconds: number;
  /** What no entry may have in it. */
  readonly secrets?: readonly string[];
}

/**
 * Header and contents as they are packed: nothing of the machine, the person or the moment.
 * Throws `HoldsSecret`.
 */
export async function packedEntry(
  { name, path, type, executable }: ArchiveEntry,
  { mtimeSeconds, secrets = [] }: PackOptions,
): Promise<PackedEntry> {
  const contents = type === 'file' ? await readFile(path) : undefined;
  const linkname = type === 'symlink' ? await readlink(path) : undefined;
  const texts = [contents, name, linkname];
  if (secrets.some((one) => texts.some((text) => text?.includes(one) === true))) {
    throw new HoldsSecret(name);
  }
  const mode = type === 'symlink' ? 0o777 : executable ? 0o755 : 0o644;
  return {
    header: {
      ...{ name, type, mode, uid: 0, gid: 0, uname: '', gname: '' },
      mtime: new Date(mtimeSeconds * 1000),
      size: contents?.length ?? 0,
      ...(linkname !== undefined && { linkname }),
    },
    contents,
  };
}

export interface PackedEntry {
  readonly header: PackedHeader;
  /** Undefined of anything but a file. */
  readonly contents: Buffer | undefined;
}

interface PackedHeader {
  readonly name: string;
  readonly type: ArchiveEntry['type'];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
  readonly mtime: Date;
  readonly size: number;
  readonly linkname?: string;
}
