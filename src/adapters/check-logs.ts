import { closeSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createOutputBuffer } from '../checks/output-buffer.ts';
import type { CheckLog, CheckLogs } from '../ports/check-logs.ts';
import { fileFailure } from './file-failure.ts';
import { isAlive } from './is-alive.ts';
import { makeFolderBelow } from './make-folder.ts';

/** The log of one run takes at most so much of the disk; past it, its beginning and its end. */
export const MAX_LOG_BYTES = 64 * 1024 * 1024;
const END_BYTES = 1024 * 1024;

/**
 * Logs `MODULE.CHECK.log` in a folder, which is made with the first of them. A log that cannot be written (full disk) is given up;
 * the check goes on.
 * @param directory absolute; its parent's parent has to be there.
 * @param onTrouble told once when logs cannot be written, and with undefined when one can again
 */
export function createCheckLogs(
  directory: string,
  onTrouble: (error: Error | undefined) => void,
  maxBytes = MAX_LOG_BYTES,
): CheckLogs {
  let counter = 0;
  let inTrouble = false;
  const tell = (error: Error | undefined): void => {
    if ((error !== undefined) === inTrouble) return;
    inTrouble = error !== undefined;
    onTrouble(error && new Error(fileFailure('write', directory, error).why));
  };
  return {
    open: (module, check) => {
      if (counter === 0) removeLeftovers(directory);
      counter += 1;
      const path = join(directory, `${module}.${check}.log`);
      return openLog(path, `${path}.${process.pid}-${counter}.part`, maxBytes, tell);
    },
  };
}

/** What a process that was killed had begun to write. */
function removeLeftovers(directory: string): void {
  try {
    for (const name of readdirSync(directory)) {
      const pid = /\.log\.(\d+)-\d+\.part$/.exec(name)?.[1];
      if (pid === undefined || isAlive(Number(pid))) continue;
      rmSync(join(directory, name), { force: true });
    }
  } catch {
    // There is no such folder yet, or it cannot be written: the log itself tells that.
  }
}

function openLog(
  path: string,
  part: string,
  maxBytes: number,
  tell: (error: Error | undefined) => void,
): CheckLog {
  const end = createOutputBuffer(0, Math.min(END_BYTES, maxBytes));
  const room = maxBytes - Math.min(END_BYTES, maxBytes);
  let file: number | undefined;
  let written = 0;
  let broken = false;

  /** Runs a step; one that fails gives the log up. */
  function attempt(step: () => void): void {
    if (broken) return;
    try {
      step();
    } catch (error) {
      broken = true;
      close();
      removePart();
      tell(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function append(bytes: Buffer): void {
    if (file === undefined) {
      // Many checks say nothing: no file is made before there is something to write.
      makeFolderBelow(dirname(dirname(dirname(path))), dirname(path));
      file = openSync(part, 'w', 0o600);
    }
    let offset = 0;
    while (offset < bytes.length) offset += writeSync(file, bytes, offset);
  }

  function removePart(): void {
    try {
      rmSync(part, { force: true });
    } catch {
      // There cannot be a file where there cannot even be a folder.
    }
  }

  function close(): void {
    if (file !== undefined) closeSync(file);
    file = undefined;
  }

  return {
    write: (bytes) => {
      const head = bytes.subarray(0, Math.max(0, room - written));
      if (head.length > 0) attempt(() => append(head));
      written += head.length;
      if (head.length < bytes.length) end.push(bytes.subarray(head.length));
    },
    keep: () => {
      attempt(() => {
        append(Buffer.from(end.text()));
        close();
        renameSync(part, path);
        tell(undefined);
      });
      return broken ? undefined : path;
    },
    discard: () => {
      if (file !== undefined) tell(undefined);
      close();
      removePart();
    },
  };
}
