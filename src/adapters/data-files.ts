import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createGzip, type Gunzip, type Gzip } from 'node:zlib';
import type { Failure } from '../events/failure.ts';
import type {
  Bytes,
  DataFiles,
  DataFormat,
  OpenedData,
  WriteData,
  WrittenData,
} from '../ports/data-files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { fileFailure, isMissing } from './file-failure.ts';

const OWN_FILE = 0o600;
const READ_BYTES = 256 * 1024;
/** Where the magic of a tar archive is. */
const TAR_MAGIC_AT = 257;

/** What goes through a packer comes out of it; an error of either end is thrown. */
function through(source: Bytes, packer: Gzip | Gunzip): Bytes {
  // The error reaches who reads: it destroys the packer.
  pipeline(Readable.from(source, { objectMode: false }), packer, () => undefined);
  return packer;
}

/** The same pieces, each looked at on its way. */
async function* watched(source: Bytes, look: (piece: Buffer) => void): Bytes {
  for await (const piece of source) {
    look(piece);
    yield piece;
  }
}

async function writeAll(path: string, source: Bytes, options: WriteData): Promise<WrittenData> {
  const file = await open(path, 'wx', OWN_FILE);
  try {
    const hash = createHash('sha256');
    const contents = createHash('sha256');
    let came = 0;
    let bytes = 0;
    const seen = watched(source, (piece) => {
      options.signal.throwIfAborted();
      contents.update(piece);
      came += piece.length;
      options.onBytes(came);
    });
    const packed = options.packing === 'gzip' ? through(seen, createGzip({ level: 1 })) : seen;
    for await (const piece of packed) {
      hash.update(piece);
      for (let at = 0; at < piece.length;) {
        at += (await file.write(piece, at)).bytesWritten;
      }
      bytes += piece.length;
    }
    options.signal.throwIfAborted();
    await file.sync();
    return { bytes, sha256: hash.digest('hex'), contents: contents.digest('hex') };
  } finally {
    await file.close();
  }
}

/** Pieces of a zstd stream, unpacked. Node itself can do so from 22.15 on only. */
async function* unZstd(source: Bytes): Bytes {
  const { Decompress } = await import('fzstd');
  let made: Buffer[] = [];
  const end = { isReached: false };
  const stream = new Decompress((piece, final) => {
    made.push(Buffer.from(piece));
    end.isReached = final === true;
  });
  for await (const piece of source) {
    stream.push(new Uint8Array(piece));
    yield* made;
    made = [];
  }
  stream.push(new Uint8Array(0), true);
  yield* made;
  if (!end.isReached) throw new Error('the file ends in the middle');
}

/** The first bytes and, beginning with them, everything. */
async function peeked(source: Bytes, count: number): Promise<readonly [Buffer, Bytes]> {
  const iterator = source[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  while (length < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
    length += next.value.length;
  }
  async function* all(): Bytes {
    try {
      yield* first;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return [Buffer.concat(first), all()];
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const MONGODB = Buffer.from([0x6d, 0xe2, 0x99, 0x81]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

const begins = (bytes: Buffer, magic: Buffer): boolean =>
  bytes.subarray(0, magic.length).equals(magic);

function formatOf(beginning: Buffer): DataFormat {
  if (begins(beginning, Buffer.from('PGDMP'))) return 'postgres-archive';
  if (begins(beginning, MONGODB)) return 'mongodb-archive';
  if (/^(?:REDIS|VALKEY)\d{3}/.test(beginning.toString('latin1', 0, 16))) return 'rdb';
  if (beginning.toString('latin1', TAR_MAGIC_AT, TAR_MAGIC_AT + 5) === 'ustar') return 'tar';
  return beginning.includes(0) ? 'unknown' : 'text';
}

async function unpack(source: Bytes): Promise<readonly [DataFormat, Bytes]> {
  const [magic, whole] = await peeked(source, ZSTD.length);
  const plain = begins(magic, GZIP)
    ? through(whole, createGunzip())
    : begins(magic, ZSTD)
      ? unZstd(whole)
      : whole;
  const [beginning, contents] = await peeked(plain, TAR_MAGIC_AT + 5);
  return [formatOf(beginning), contents];
}

function noFile(path: string, why: string): Failure {
  return { reason: 'usage', what: `cannot read ${path}`, why, cure: 'Name a file with a dump' };
}

async function openData(path: string): Promise<Result<OpenedData, Failure>> {
  // A pipe without a writer would be waited for for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    },
  );
  if (file === undefined) return fail(noFile(path, 'there is no such file'));
  const stat = await file.stat();
  if (!stat.isFile()) {
    await file.close();
    return fail(noFile(path, stat.isDirectory() ? 'it is a folder' : 'it is no regular file'));
  }
  if (stat.size === 0) {
    await file.close();
    return fail(noFile(path, 'it is empty'));
  }
  let readBytes = 0;
  const stream = createReadStream(path, { fd: file, highWaterMark: READ_BYTES });
  const pieces = watched(stream, (piece) => {
    readBytes += piece.length;
  });
  const [format, contents] = await unpack(pieces);
  return ok({ format, bytes: stat.size, readBytes: () => readBytes, contents });
}

async function measureData(path: string, packing: 'none' | 'gzip'): Promise<WrittenData> {
  const hash = createHash('sha256');
  const contents = createHash('sha256');
  let bytes = 0;
  const read = watched(createReadStream(path, { highWaterMark: READ_BYTES }), (piece) => {
    hash.update(piece);
    bytes += piece.length;
  });
  const plain = packing === 'gzip' ? through(read, createGunzip()) : read;
  for await (const piece of plain) contents.update(piece);
  return { bytes, sha256: hash.digest('hex'), contents: contents.digest('hex') };
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function attempt<T>(
  action: string,
  path: string,
  work: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') {
      return fail({ reason: 'interrupted', what: 'interrupted' });
    }
    return fail(fileFailure(action, path, error));
  }
}

export const hostDataFiles: DataFiles = {
  write: (path, source, options) =>
    attempt('write', path, async () => {
      try {
        return ok(await writeAll(path, source, options));
      } catch (error) {
        const isOther = error instanceof Error && 'code' in error && error.code === 'EEXIST';
        if (!isOther) await rm(path, { force: true });
        throw error;
      }
    }),
  measure: (path, packing) =>
    attempt('read', path, async () => ok(await measureData(path, packing))),
  open: (path) => attempt('read', path, () => openData(path)),
  settle: (from, to) =>
    attempt('write', to, async () => {
      const there = await lstat(to).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      if (there !== undefined) {
        return fail({
          reason: 'usage',
          what: `${to} is there already`,
          cure: 'Choose another name',
        });
      }
      if ((await lstat(from)).isDirectory()) await flushFolder(from);
      await rename(from, to);
      await flushFolder(dirname(to));
      return ok(undefined);
    }),
};
