import type Docker from 'dockerode';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { startExecution } from '../../../src/adapters/engine/execution.ts';
import { partly } from '../../support/partly.ts';

it('tells the end of a process that has ended while its terminal was given a size', async () => {
  const stream = new PassThrough();
  const ended = new Promise((resolve) => stream.once('end', resolve));
  const exec = partly<Docker.Exec>({
    id: 'e',
    start: () => Promise.resolve(stream),
    resize: async () => {
      stream.end('seen\n');
      await ended;
    },
    inspect: () => Promise.resolve(partly<Docker.ExecInspectInfo>({ ExitCode: 7, Running: false })),
  });
  const container = partly<Docker.Container>({ exec: () => Promise.resolve(exec) });
  const options = { argv: ['true'], tty: true, columns: 80, rows: 24 };
  const execution = await startExecution(container, options);
  expect(await execution.exited).toBe(7);
  expect(execution.stdout.read()).toEqual(Buffer.from('seen\n'));
});

it('waits until the engine has noted how a process ended, which is after its streams', async () => {
  const stream = new PassThrough();
  const looks = [
    { ExitCode: null, Running: true },
    { ExitCode: 0, Running: true },
    { ExitCode: 3, Running: false },
  ];
  const exec = partly<Docker.Exec>({
    id: 'e',
    start: () => Promise.resolve(stream),
    inspect: () => Promise.resolve(partly<Docker.ExecInspectInfo>(looks.shift() ?? {})),
  });
  const container = partly<Docker.Container>({ exec: () => Promise.resolve(exec) });
  const execution = await startExecution(container, { argv: ['true'] });
  stream.end();
  execution.stdout.resume();
  expect(await execution.exited).toBe(3);
});
