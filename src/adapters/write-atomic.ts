import { realpathSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';

/** A link stays a link: what it points to is replaced. */
function target(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

interface WriteOptions {
  readonly mode?: number;
  readonly flush?: boolean;
  /** As `Files.modifiedMs` tells it of the file that this is a copy of. */
  readonly modifiedMs?: number;
}

/**
 * Writes to a temporary file beside it, flushes (unless told not to), and renames. A file that is
 * there keeps its mode unless another one is asked for.
 *
 * Not by `write-file-atomic`: its synchronous form writes once and does not look how much was
 * written, so that a disk that fills up leaves half a file under the right name, without an error.
 * Throws like `node:fs`.
 */
export function writeAtomicSync(
  path: string,
  contents: string | Uint8Array,
  options: WriteOptions = {},
): void {
  const file = target(path);
  const kept = statSync(file, { throwIfNoEntry: false })?.mode;
  writeNewSync(file, contents, { ...options, kept });
}

/**
 * The same in the place of whatever is there, a link too.
 * @param kept permission bits for when none are asked for.
 */
export function writeNewSync(
  file: string,
  contents: string | Uint8Array,
  { mode, kept, flush = true, modifiedMs }: WriteOptions & { readonly kept: number | undefined },
): void {
  // The global loads with its first use; every start loads this file, and few write.
  const salt = crypto.randomUUID().slice(0, 8);
  const temporary = `${file}.${String(process.pid)}-${salt}.tmp`;
  try {
    writeFileSync(temporary, contents, { mode: mode ?? kept ?? 0o666, flag: 'wx', flush });
    if (modifiedMs !== undefined) {
      // In the middle of its millisecond, which fractions of a second do not hit exactly.
      const seconds = (Math.floor(modifiedMs) + 0.5) / 1000;
      utimesSync(temporary, seconds, seconds);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The process that wrote a temporary file, by the file's name; undefined for every other name. */
export function writerOf(name: string): number | undefined {
  const pid = /\.(\d+)-[0-9a-f]{8}\.tmp$/.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
