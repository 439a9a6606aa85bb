import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
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
  let inTrouble = false;

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

  return {
    append: (line) => {
      try {
        write(Buffer.from(`${line}\n`));
        if (inTrouble) onTrouble(undefined);
        inTrouble = false;
      } catch (error) {
        if (!inTrouble) onTrouble(error instanceof Error ? error : new Error(String(error)));
        inTrouble = true;
        try {
          close();
        } catch {
          file = undefined;
        }
      }
    },
    close,
  };
}
