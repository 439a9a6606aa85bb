import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StartBackground } from '../ports/background.ts';
import { makeFolderBelow } from './make-folder.ts';

export const startBackground: StartBackground = (args, { logFile, log }) => {
  const folder = dirname(logFile);
  makeFolderBelow(dirname(folder), folder);
  const output = openSync(logFile, log === 'append' ? 'a' : 'w', 0o600);
  const entry = process.argv[1] ?? '';
  const child = spawn(process.execPath, [...process.execArgv, entry, ...args], {
    detached: true,
    stdio: ['ignore', output, output],
    // The folder that it was started from may be removed; it must not hold a mount, either.
    cwd: '/',
  });
  closeSync(output);
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (status) => resolve(status ?? 137));
  });
  child.unref();
  return { pid: child.pid ?? 0, exited };
};
