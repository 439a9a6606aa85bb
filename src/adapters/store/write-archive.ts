import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import type { OwnedFolders, PackSource } from '../../ports/artifact-store.ts';
import {
  archiveEntries,
  packedEntry,
  type ArchiveEntry,
  type PackedEntry,
  type PackOptions,
} from './archive.ts';

/** So many files are read at once: one after the other the disk waits for us, and we for it. */
const READ_AT_ONCE = 64;
/** So much of them is in memory at once, but for a file that is larger by itself. */
const BYTES_AT_ONCE = 16 * 1024 * 1024;

/** Entries that are read together. */
function* batches(entries: readonly ArchiveEntry[]): Generator<readonly ArchiveEntry[]> {
  let batch: ArchiveEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (batch.length >= READ_AT_ONCE || (batch.length > 0 && bytes + entry.size > BYTES_AT_ONCE)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(entry);
    bytes += entry.size;
  }
  if (batch.length > 0) yield batch;
}

/** By the entry's own stream, which ends when somebody has read it, and all that was before it. */
function writeThrough(archive: Pack, { header, contents }: PackedEntry): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const sink = archive.entry(header, (error) => {
      if (error) reject(error);
      else resolve();
    });
    if (header.type === 'file') sink.end(contents);
  });
}

async function fill(
  archive: Pack,
  sources: readonly PackSource[],
  options: PackOptions,
): Promise<void> {
  for (const batch of batches(await archiveEntries(sources))) {
    const read = await Promise.all(batch.map((entry) => packedEntry(entry, options)));
    const last = read.pop();
    for (const { header, contents } of read) {
      if (contents === undefined) archive.entry(header);
      else archive.entry(header, contents);
    }
    // An archive is not held in memory: the next are read when these are written.
    if (last !== undefined) await writeThrough(archive, last);
  }
  archive.finalize();
}

/** Writes all that the sources name as one archive, and ends it. Throws like `node:fs`, and `NotPackable`. */
export async function writeArchive(
  stream: NodeJS.WritableStream,
  sources: readonly PackSource[],
  options: PackOptions,
): Promise<void> {
  const archive = pack();
  const piped = pipeline(archive, stream);
  const filled = fill(archive, sources, options).catch((error: unknown) => {
    archive.destroy();
    throw error;
  });
  const [outcome] = await Promise.allSettled([filled, piped]);
  if (outcome.status === 'rejected') throw outcome.reason;
  await piped;
}

/** Writes an archive of folders, and ends it. */
export async function writeFolders(
  stream: NodeJS.WritableStream,
  { paths, owner: { uid, gid } }: OwnedFolders,
  { mtimeSeconds }: PackOptions,
): Promise<void> {
  const archive = pack();
  const piped = pipeline(archive, stream);
  for (const path of paths.toSorted()) {
    const name = path.replace(/^\//, '');
    const mtime = new Date(mtimeSeconds * 1000);
    archive.entry({ name, type: 'directory', mode: 0o755, uid, gid, uname: '', gname: '', mtime });
  }
  archive.finalize();
  await piped;
}
