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

  it('takes Ctrl-C for an interruption, not for a crash', async () => {
    const interrupted = { ok: false, failure: { reason: 'interrupted' } };
    expect(await answering('\x03').select('Which?', CHOICES)).toMatchObject(interrupted);
    expect(await answering('\x03').confirm('Sure?', true)).toMatchObject(interrupted);
  });
});
