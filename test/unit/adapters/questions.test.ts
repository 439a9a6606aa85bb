import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { inquirerPrompts } from '../../../src/adapters/terminal.ts';

/** Answers with keys as soon as the question is shown. */
function answering(keys: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  output.once('data', () => setImmediate(() => input.write(keys)));
  return inquirerPrompts({ input, output });
}

const CHOICES = [
  { name: 'api', value: 'a' },
  { name: 'db', value: 'd' },
];

describe('inquirerPrompts', () => {
  it('gives the answer', async () => {
    expect(await answering('\r').select('Which?', CHOICES)).toEqual({ ok: true, value: 'a' });
    expect(await answering('n\r').confirm('Sure?', true)).toEqual({ ok: true, value: false });
  });

  it('finds one of many by words of what it is called and means', async () => {
    const many = [
      { name: 'apply = auto', value: 1, description: 'What an edit does' },
      { name: 'git = read-only', value: 2, description: 'Whether containers may write .git' },
    ];
    const input = new PassThrough();
    const output = new PassThrough();
    let shown = '';
    output.on('data', (data: Buffer) => {
      if (shown === '') setImmediate(() => input.write('write GIT'));
      shown += data.toString();
    });
    // Only what is left over is chosen. A key that comes while it still looks is not taken.
    const isLeft = (): boolean => /GIT[^]*❯ git/.test(shown);
    const pressing = setInterval(() => isLeft() && input.write('\r'), 20);
    const found = await inquirerPrompts({ input, output }).search('Which?', many);
    clearInterval(pressing);
    expect(found).toEqual({ ok: true, value: 2 });
  });

  it('takes a line that is right', async () => {
    const check = (answer: string): Promise<string | undefined> =>
      Promise.resolve(answer === '5' ? undefined : 'no number');
    expect(await answering('5\r').text('How many?', '', check)).toEqual({ ok: true, value: '5' });
  });

  it('takes Ctrl-C for an interruption, not for a crash', async () => {
    const interrupted = { ok: false, failure: { reason: 'interrupted' } };
    expect(await answering('\x03').select('Which?', CHOICES)).toMatchObject(interrupted);
    expect(await answering('\x03').confirm('Sure?', true)).toMatchObject(interrupted);
  });
});
