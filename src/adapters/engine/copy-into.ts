import type Docker from 'dockerode';
import { closeSync, createReadStream, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import type { Failure } from '../../events/failure.ts';
import type { CopiedFile, FileOwner } from '../../ports/engine-containers.ts';
import { LinkError, openConfined, type ConfinedEntry } from '../confined-files.ts';
import { errorCode, fileFailure } from '../file-failure.ts';

/** Smaller files are read whole first: they may be written to while they are sent. */
const BUFFERED_BYTES = 4 * 1024 * 1024;
const MODE_BITS = 0o7777;

/** So it is where something else came into a path's place, or into that of a folder above it. */
const REPLACED = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL']);

/** A file of this machine, which says nothing of the engine. */
export class UncopiedFile extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.what}: ${failure.why ?? ''}`);
    this.failure = failure;
  }
}

/** What lies elsewhere by now, since a folder became a link, has gone like what was removed. */
function open({ within, from }: CopiedFile): ConfinedEntry | undefined {
  try {
    return openConfined(within, from);
  } catch (error) {
    if (error instanceof LinkError || REPLACED.has(errorCode(error))) return undefined;
    throw new UncopiedFile(fileFailure('read', from, error));
  }
}

/** What went away since it was noticed is left out: that is told by itself. */
async function addFile(
  archive: Pack,
  file: CopiedFile,
  owner: FileOwner | undefined,
): Promise<void> {
  const entry = open(file);
  if (entry === undefined) return;
  const { mode, mtime, size, ...stats } = entry.stats;
  const { uid, gid } = owner ?? stats;
  const header = { name: file.to.replace(/^\/+/, ''), mode: mode & MODE_BITS, mtime, uid, gid };
  if (entry.kind === 'link') {
    archive.entry({ ...header, type: 'symlink', linkname: entry.target });
  } else if (size < BUFFERED_BYTES) {
    archive.entry(header, readWhole(entry.descriptor, file.from));
  } else {
    // The stream closes what it reads.
    const stream = createReadStream('', { fd: entry.descriptor, start: 0, end: size - 1 });
    await pipeline(stream, archive.entry({ ...header, size }));
  }
}

function readWhole(descriptor: number, path: string): Buffer {
  try {
    return readFileSync(descriptor);
  } catch (error) {
    throw new UncopiedFile(fileFailure('read', path, error));
  } finally {
    closeSync(descriptor);
  }
}

/** Ends the archive, too. */
export async function addFiles(
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
  // A file that cannot be read ends the request, which waits for the rest for ever otherwise.
  const failing = new AbortController();
  const adding = addFiles(archive, files, owner).catch((error: unknown) => {
    failing.abort();
    throw error;
  });
  const sent = container.putArchive(body, { path: '/', abortSignal: failing.signal });
  const [added, answered] = await Promise.allSettled([adding, sent]);
  if (added.status === 'rejected') throw added.reason;
  if (answered.status === 'rejected') throw answered.reason;
}
