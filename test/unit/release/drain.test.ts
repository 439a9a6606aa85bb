import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { moduleKeys } from '../../../src/release/keys.ts';
import { aModule } from '../../support/modules.ts';
import { startProgram } from '../../support/run-program.ts';
import { waitFor } from '../../support/wait-for.ts';

const DRAIN = join(resolve(import.meta.dirname, '../../..'), 'profiles/prod/drain');

/** A server: answers USR1, ends with 7 when it is asked to. */
const SERVER = `
trap 'echo served' USR1
trap 'echo asked to end; exit 7' TERM
echo up
while :; do sleep 0.05; done
`;

async function started(seconds: string | undefined) {
  const running = startProgram([DRAIN, 'sh', '-c', SERVER], { env: { ONESTACK_DRAIN: seconds } });
  onTestFinished(() => running.killGroup());
  await waitFor('the server', () => running.stdout() === 'up\n');
  return running;
}

describe('a process that is asked to end', () => {
  it('goes on serving while it drains, and ends when it is over, with its own status', async () => {
    const running = await started('1');
    running.kill('SIGTERM');
    expect(await running.finished).toMatchObject({ status: 7, stdout: 'up\nasked to end\n' });
  });

  it('hears of it at once when it is asked twice', async () => {
    const running = await started('600s');
    running.kill('SIGTERM');
    running.kill('SIGUSR1');
    await waitFor('an answer', () => running.stdout() === 'up\nserved\n');
    running.kill('SIGTERM');
    expect(await running.finished).toMatchObject({ status: 7 });
    expect(running.stdout()).toBe('up\nserved\nasked to end\n');
  });

  it.each([undefined, '', '0', 'soon'])(
    'hears of it at once with ONESTACK_DRAIN=%s',
    async (text) => {
      const running = await started(text);
      running.kill('SIGTERM');
      expect(await running.finished).toMatchObject({ status: 7 });
      expect(running.stderr()).toBe(
        text === 'soon'
          ? 'onestack: ONESTACK_DRAIN=soon is no number of seconds: the process ends at once\n'
          : '',
      );
    },
  );

  it('ends with the status of its process, drained or not', async () => {
    const over = startProgram([DRAIN, 'sh', '-c', 'exit 5'], { env: { ONESTACK_DRAIN: '600' } });
    expect((await over.finished).status).toBe(5);
  });
});

it('an image is made anew with another one: a new text wants a new RECIPE in keys.ts', () => {
  const text = createHash('sha256').update(readFileSync(DRAIN)).digest('hex').slice(0, 12);
  const modules = [aModule('web', { run: 'node web.js' })];
  const sources = { commit: 'c', committedAtSeconds: 0, files: [] };
  const { image } = moduleKeys({ modules, sources, references: new Map() }).get('web') ?? {};
  expect(`${text} ${image?.slice(0, 12) ?? ''}`).toBe('5bc232101d03 2125dfe7ff70');
});
