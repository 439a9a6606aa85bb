import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

/** Bytes, piece by piece, as fast as they are taken. Throws where they cannot be had. */
export type Bytes = AsyncIterable<Buffer>;

/** A file that was written. */
export interface WrittenData {
  readonly bytes: number;
  /** sha256 of the file, hex. */
  readonly sha256: string;
  /** sha256 of what was put into it, before it was packed, hex. */
  readonly contents: string;
}

/** What a file of data is, unpacked: by its first bytes, whatever its name says. */
export type DataFormat =
  'text' | 'postgres-archive' | 'mongodb-archive' | 'rdb' | 'tar' | 'unknown';

/** A file of data, open and unpacked. */
export interface OpenedData {
  readonly format: DataFormat;
  /** Of the file, packed. */
  readonly bytes: number;
  /** How much of the file has been read. */
  readBytes(): number;
  /** Its contents: gzip and zstd are taken off. Ends the reading when it is left early. */
  readonly contents: Bytes;
}

export interface WriteData {
  readonly packing: 'none' | 'gzip';
  readonly signal: AbortSignal;
  /** Told now and then how many bytes have come. */
  readonly onBytes: (bytes: number) => void;
}

/** Large files of data: never whole in memory. Paths are absolute. */
export interface DataFiles {
  /** A new file of the person's alone, on the disk when it is said to be; removed again where that fails. */
  write(path: string, source: Bytes, options: WriteData): Promise<Result<WrittenData, Failure>>;
  /** Reads a file again, all of it, and says what it is. */
  measure(path: string, packing: 'none' | 'gzip'): Promise<Result<WrittenData, Failure>>;
  /** Opens a regular file; fails for anything else. */
  open(path: string): Promise<Result<OpenedData, Failure>>;
  /** Gives a file or folder its name, and has the disk know it; what has that name is left alone. */
  settle(from: string, to: string): Promise<Result<void, Failure>>;
}
