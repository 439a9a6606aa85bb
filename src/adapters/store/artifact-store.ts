import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import type { Failure } from '../../events/failure.ts';
import type { ArtifactStore, StoredArtifact, StoredBlob } from '../../ports/artifact-store.ts';
import type { Files } from '../../ports/files.ts';
import type { Locks } from '../../ports/locks.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { sha256 } from '../../util/sha256.ts';
import { isAlive } from '../is-alive.ts';
import { fileFailure } from '../file-failure.ts';
import { makeFolders } from '../make-folder.ts';
import { HoldsSecret, NotPackable } from './archive.ts';
import { writeArchive, writeFolders } from './write-archive.ts';
import * as layout from './layout.ts';

/** An index is written in moments; whoever waits longer waits for somebody who hangs. */
const LOCK_PATIENCE_MS = 30_000;

/** What is being written: the process that does, and a name of its own. */
const TEMPORARY = /^\.(\d+)-.*\.tmp$/;

export interface StoreWorld {
  readonly files: Files;
  readonly locks: Locks;
}

/** Counts and digests what goes through. */
function measure(): { readonly stream: Transform; readonly blob: () => StoredBlob } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, blob: () => ({ digest: hash.digest('hex'), sizeBytes }) };
}

/** What every store has need not be put on the disk with each thing that is kept. */
function isSame(path: string, text: string, files: Files): boolean {
  const there = files.read(path);
  return there.ok && there.value === text;
}

/** Why something is not kept: by what it is, or by the disk. */
function keepFailure(folder: string, error: unknown): Failure {
  if (error instanceof HoldsSecret) {
    return { reason: 'check', what: `${error.path} holds a secret`, detail: [error.path] };
  }
  if (!(error instanceof NotPackable)) return fileFailure('write into', folder, error);
  return { reason: 'files', what: `cannot pack ${error.path}`, why: error.message };
}

/** The store in a folder, which is made with the first thing that is kept. */
export function openArtifactStore(folder: string, { files, locks }: StoreWorld): ArtifactStore {
  const blobDirectory = join(folder, 'blobs/sha256');
  const indexPath = join(folder, 'index.json');
  const layoutPath = join(folder, 'oci-layout');
  const blobPath = (digest: string): string => join(blobDirectory, digest);
  const emptyConfig = blobPath(sha256(layout.EMPTY_CONFIG));

  async function keep(
    write: (stream: NodeJS.WritableStream) => Promise<void>,
  ): Promise<Result<StoredBlob, Failure>> {
    const temporary = join(folder, `blobs/.${process.pid}-${crypto.randomUUID()}.tmp`);
    const { stream, blob } = measure();
    try {
      makeFolders(blobDirectory);
      await Promise.all([
        write(stream),
        pipeline(stream, createWriteStream(temporary, { flags: 'wx', mode: 0o644, flush: true })),
      ]);
      const kept = blob();
      await rename(temporary, blobPath(kept.digest));
      return ok(kept);
    } catch (error) {
      stream.destroy();
      await rm(temporary, { force: true });
      return fail(keepFailure(folder, error));
    }
  }

  const keepText = (text: string): Promise<Result<StoredBlob, Failure>> =>
    keep((stream) => {
      stream.end(text);
      return Promise.resolve();
    });

  function readIndex(): Result<layout.ImageIndex, Failure> {
    const text = files.read(indexPath);
    if (!text.ok) return text;
    // What cannot be read is made anew: everything in the store can be.
    const index = layout.parseIndex(text.value ?? '') ?? layout.EMPTY_INDEX;
    const altered = layout.alteredIn(index);
    return altered === undefined ? ok(index) : fail(alteredIndex(indexPath, altered));
  }

  return {
    blobDirectory,
    pack: (sources, options) => keep((stream) => writeArchive(stream, sources, options)),
    packFolders: (folders, options) => keep((stream) => writeFolders(stream, folders, options)),
    write: keepText,
    read() {
      const index = readIndex();
      if (!index.ok) return index;
      const artifacts = [...layout.artifactsOf(index.value)];
      return ok(new Map(artifacts.filter(([, { blob }]) => existsSync(blobPath(blob.digest)))));
    },
    async save(artifact: StoredArtifact) {
      const { text, descriptor } = layout.manifestOf(artifact);
      const own = [
        text,
        ...(isSame(emptyConfig, layout.EMPTY_CONFIG, files) ? [] : [layout.EMPTY_CONFIG]),
      ];
      for (const kept of await Promise.all(own.map(keepText))) if (!kept.ok) return kept;
      const lock = await locks.acquire(join(folder, 'index.lock'), 'dev ci', {
        patienceMs: LOCK_PATIENCE_MS,
      });
      if (!lock.ok) return lock;
      try {
        const index = readIndex();
        if (!index.ok) return index;
        const laid = isSame(layoutPath, layout.LAYOUT, files)
          ? ok(undefined)
          : files.writeAtomic(layoutPath, layout.LAYOUT);
        if (!laid.ok) return laid;
        const next = layout.withArtifact(index.value, descriptor);
        const written = files.writeAtomic(indexPath, `${JSON.stringify(next, null, 1)}\n`);
        if (!written.ok) return written;
        // What others have made stays: a release may name it.
        if (artifact.kind === 'installed') {
          const dropped = layout.droppedBlobs(index.value, next);
          await removeAll(dropped.map(blobPath));
        }
        return written;
      } finally {
        await lock.value.release();
      }
    },
    sweep: () => sweep(folder),
    look: ({ digest }, visit) => look(blobPath(digest), visit),
    verify: (blob) => verify(blobPath(blob.digest), blob),
    async verifyArtifact(artifact) {
      const { text, descriptor } = layout.manifestOf(artifact);
      const digest = descriptor.digest.replace(/^sha256:/, '');
      const manifest = { digest, sizeBytes: Buffer.byteLength(text) };
      const sound = await verify(blobPath(digest), manifest);
      return sound.ok ? verify(blobPath(artifact.blob.digest), artifact.blob) : sound;
    },
  };
}

async function removeAll(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}

function alteredIndex(path: string, digest: string): Failure {
  return {
    reason: 'files',
    what: `${path} is not what was stored`,
    why: `an entry says something else than ${digest}, by which it is called`,
    cure: `rm ${path}, and run it again: all of it is made anew`,
  };
}

/** Takes away what processes left that were killed while they wrote; gives how many. */
async function sweep(folder: string): Promise<Result<number, Failure>> {
  const blobs = join(folder, 'blobs');
  try {
    const names = existsSync(blobs) ? await readdir(blobs) : [];
    const left = names.filter((name) => {
      const pid = TEMPORARY.exec(name)?.[1];
      return pid !== undefined && !isAlive(Number(pid));
    });
    await Promise.all(left.map((name) => rm(join(blobs, name), { force: true })));
    return ok(left.length);
  } catch (error) {
    return fail(fileFailure('tidy up', folder, error));
  }
}

async function look(
  path: string,
  visit: Parameters<ArtifactStore['look']>[1],
): Promise<Result<void, Failure>> {
  try {
    const entries = extract();
    const reading = pipeline(createReadStream(path), entries);
    for await (const entry of entries) {
      const bytes = await buffer(entry);
      if (entry.header.type !== 'directory') visit({ name: entry.header.name, bytes });
    }
    await reading;
    return ok(undefined);
  } catch (error) {
    return fail(fileFailure('read', path, error));
  }
}

async function verify(
  path: string,
  { digest, sizeBytes }: StoredBlob,
): Promise<Result<void, Failure>> {
  try {
    const { stream, blob } = measure();
    await pipeline(createReadStream(path), stream.resume());
    const found = blob();
    if (found.digest === digest && found.sizeBytes === sizeBytes) return ok(undefined);
  } catch (error) {
    return fail(fileFailure('read', path, error));
  }
  return fail({
    reason: 'files',
    what: `${path} is not what was stored`,
    why: 'its contents do not have the digest that it is called by',
    cure: `rm ${path}, and run it again: it is made anew`,
  });
}
