import type Docker from 'dockerode';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import type { CopiedFile, FileOwner } from '../../ports/engine.ts';
import { isMissing } from '../file-failure.ts';

/** Smaller files are read whole first: they may be written to while they are sent. */
const BUFFERED_BYTES = 4 * 1024 * 1024;
const MODE_BITS = 0o7777;

function statOf(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}

/** What went away since it was noticed is left out: that is told by itself. */
async function addFile(
  archive: Pack,
  { from, to }: CopiedFile,
  owner: FileOwner | undefined,
): Promise<void> {
  const stat = await statOf(from);
  if (stat === undefined) return;
  const { mode, mtime } = stat;
  const { uid, gid } = owner ?? stat;
  const header = { name: to.replace(/^\/+/, ''), mode: mode & MODE_BITS, mtime, uid, gid };
  if (stat.isSymbolicLink()) {
    archive.entry({ ...header, type: 'symlink', linkname: await readlink(from) });
    return;
  }
  if (!stat.isFile()) return;
  if (stat.size < BUFFERED_BYTES) {
    const contents = await readFile(from).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (contents !== undefined) archive.entry(header, contents);
    return;
  }
  const { size } = stat;
  const entry = archive.entry({ ...header, size });
  await pipeline(createReadStream(from, { end: size - 1 }), entry);
}

async function addFiles(
  archive: Pack,
  files: readonly CopiedFile[],
  owner: FileOwner | undefined,
): Promise<void> {
  for (const file of files) await addFile(archive, file, owner);
  archive.finalize();
}

/**
 * Copies files of this machine into a container in one request. Folders that there are not are made,
 * as root's. (The engine could give the files to the container's user by itself, but it looks for the
 * name among the users of the machine that it runs on.)
 */
export async function copyInto(
  container: Docker.Container,
  files: readonly CopiedFile[],
  owner?: FileOwner,
): Promise<void> {
  const archive = pack();
  const body = archive.pipe(new PassThrough());
  const adding = addFiles(archive, files, owner).catch((error: unknown) => {
    body.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  const sent = container.putArchive(body, { path: '/' });
  // A file that cannot be read ends the request, whose own words then say nothing of it.
  const [added, answered] = await Promise.allSettled([adding, sent]);
  if (added.status === 'rejected') throw added.reason;
  if (answered.status === 'rejected') throw answered.reason;
}
