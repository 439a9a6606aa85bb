import { expect, test, vi } from 'vitest';
import { openPty } from '../../../src/adapters/pty.ts';
import { ptySource } from '../../../src/dash/panes/pty-source.ts';

const libc = vi.hoisted(() => ({ is: 'glibc' }));
vi.mock('../../../src/adapters/host.ts', () => ({ libc: () => libc.is }));

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

test('on musl its build for glibc is not even loaded: it would take the process with it', async () => {
  vi.resetModules();
  libc.is = 'musl';
  vi.doMock('node-pty', () => ({
    spawn: () => {
      throw new Error('this is where it crashes');
    },
  }));
  const { openPty: open } = await import('../../../src/adapters/pty.ts');
  const opened = await open({ argv: ['sh'], cwd: '/', env: {}, columns: 80, rows: 24 });
  expect(opened).toMatchObject({
    ok: false,
    failure: { why: 'the terminal library has no build for musl' },
  });
});
