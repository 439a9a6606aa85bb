import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Starts a program of the tool that goes on when this process ends: in a session of its own, without
 * a terminal, what it says going to a log.
 */
export function startBackground(argv: readonly string[], cwd: string, log: string): void {
  const [program = '', ...args] = argv;
  // A project that was deleted is not begun again by a log of it.
  if (!existsSync(dirname(log))) return;
  const output = openSync(log, 'a', 0o600);
  const child = spawn(program, args, {
    cwd,
    detached: true,
    stdio: ['ignore', output, output],
  });
  child.on('error', () => undefined);
  child.unref();
  closeSync(output);
}
