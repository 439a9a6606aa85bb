import { expect, test, vi } from 'vitest';
import { openPty } from '../../../src/adapters/pty.ts';
import { ptySource } from '../../../src/dash/panes/pty-source.ts';

// As where there is no build of it, or one that cannot be loaded.
vi.mock('node-pty', () => {
  throw new Error('libutil.so.1: cannot open shared object file');
});

test('a machine without the terminal library has a pane that says so', async () => {
  const written: string[] = [];
  const why = await new Promise<string>((resolve) => {
    const sink = {
      write: (data: string | Uint8Array) => void written.push(Buffer.from(data).toString()),
      reset: () => undefined,
      ended: resolve,
    };
    const program = { argv: ['sh'], cwd: '/', env: {} };
    ptySource(openPty, program)({ columns: 80, rows: 24 }, sink);
  });
  expect(why).toBe('not started');
  expect(written.join('')).toContain('This machine cannot open pseudo-terminals');
  expect(written.join('')).toContain('`dev shell` and `dev logs` work without it');
});
