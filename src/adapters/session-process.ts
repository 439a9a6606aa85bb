import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Detached } from '../ports/live.ts';
import { makeFolderBelow } from './make-folder.ts';

/** Starts this program again in a session of its own: no terminal's end reaches it. */
export function startDetached(args: readonly string[], logFile: string): Detached {
  const folder = dirname(logFile);
  makeFolderBelow(dirname(folder), folder);
  const log = openSync(logFile, 'w', 0o600);
  const entry = process.argv[1] ?? '';
  const child = spawn(process.execPath, [...process.execArgv, entry, ...args], {
    detached: true,
    stdio: ['ignore', log, log],
    // The folder that it was started from may be removed; it must not hold a mount, either.
    cwd: '/',
  });
  closeSync(log);
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (status) => resolve(status ?? 137));
  });
  child.unref();
  return { pid: child.pid ?? 0, exited };
}
