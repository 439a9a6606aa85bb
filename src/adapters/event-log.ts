import { closeSync, fstatSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileFailure } from './file-failure.ts';
import type { EventLog } from '../ports/event-log.ts';
import { makeFolderBelow } from './make-folder.ts';

/** At this size the log becomes `….1`, which replaces the one before: twice this at most. */
const ROTATE_BYTES = 4 * 1024 * 1024;

/**
 * @param onTrouble told when the log cannot be written, and with undefined when it can again
 */
export function openEventLog(
  path: string,
  onTrouble: (error: Error | undefined) => void,
  rotateBytes = ROTATE_BYTES,
): EventLog {
  let file: number | undefined;
  let size = 0;
  /** The first line that could not be written: as long as it cannot, the trouble is not over. */
  let owed: string | undefined;

  function open(): number {
    const folder = dirname(path);
    makeFolderBelow(dirname(folder), folder);
    const opened = openSync(path, 'a', 0o600);
    size = fstatSync(opened).size;
    return opened;
  }

  function close(): void {
    if (file !== undefined) closeSync(file);
    file = undefined;
  }

  function write(bytes: Buffer): void {
    file ??= open();
    if (size > 0 && size + bytes.length > rotateBytes) {
      close();
      renameSync(path, `${path}.1`);
      file = open();
    }
    let offset = 0;
    while (offset < bytes.length) offset += writeSync(file, bytes, offset);
    size += bytes.length;
  }

  /** Half a line is worse than none: what comes after it would be part of it. */
  function giveUp(): void {
    try {
      if (file !== undefined) ftruncateSync(file, size);
      close();
    } catch {
      file = undefined;
    }
  }

  return {
    append: (line) => {
      try {
        write(Buffer.from(owed === undefined ? `${line}\n` : `${owed}\n${line}\n`));
        if (owed === undefined) return;
        owed = undefined;
        onTrouble(undefined);
      } catch (error) {
        giveUp();
        if (owed !== undefined) return;
        owed = line;
        onTrouble(new Error(fileFailure('write', path, error).why));
      }
    },
    close,
  };
}
