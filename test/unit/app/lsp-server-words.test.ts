import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../../src/adapters/terminal.ts';
import { passWords } from '../../../src/app/lsp/server-words.ts';

const SAID = ['\x1b]0;ow', 'ned\x07ready \x1b[2', 'J\u00e9\nno end'];

async function passed(isTerminal: boolean): Promise<string> {
  const from = new PassThrough();
  const to = new PassThrough();
  passWords(from, createOutput(to, isTerminal, {}));
  for (const part of SAID) from.write(part);
  from.end();
  await new Promise((resolve) => from.once('end', resolve));
  to.end();
  return Buffer.concat(await to.toArray()).toString();
}

describe('what a language server says of itself', () => {
  it('reaches a terminal as text alone, however it comes', async () => {
    expect(await passed(true)).toBe('ready \u00e9\nno end\n');
  });

  it("reaches an editor's log as it came", async () => {
    expect(await passed(false)).toBe(`${SAID.join('')}\n`);
  });
});
