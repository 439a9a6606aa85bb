import { describe, expect, it } from 'vitest';
import { listenToClient } from '../../../src/dash/client-messages.ts';
import { MESSAGE } from '../../../src/dash/wire.ts';
import { encodeFrame } from '../../../src/util/frames.ts';
import { FakeConnection } from '../../support/fake-connection.ts';

/** Somebody who says this; what came of it. */
function hears(...said: readonly Buffer[]): readonly unknown[] {
  const heard: unknown[] = [];
  const connection = new FakeConnection();
  listenToClient(connection, {
    hello: (hello) => void heard.push(hello),
    input: (bytes) => void heard.push(bytes.toString()),
    resize: (size) => void heard.push(size),
    closed: () => undefined,
  });
  for (const data of said) connection.says(data);
  return connection.isEnded ? [...heard, 'cut off'] : heard;
}

const hello = (columns: unknown, rows: unknown): Buffer =>
  encodeFrame(
    MESSAGE.hello,
    JSON.stringify({ columns, rows, environment: { TERM: 'xterm', X: 1 } }),
  );

describe('what a client says', () => {
  it('is heard after its greeting, and the greeting once', () => {
    expect(
      hears(
        encodeFrame(MESSAGE.input, 'too early'),
        hello(80, 24),
        hello(1, 1),
        encodeFrame(MESSAGE.input, 'q'),
        encodeFrame(MESSAGE.size, '{"columns":100,"rows":30}'),
      ),
    ).toEqual([
      { columns: 80, rows: 24, environment: { TERM: 'xterm' } },
      'q',
      { columns: 100, rows: 30 },
    ]);
  });

  it('names no program, and nothing that one would follow', () => {
    const environment = {
      TERM: 'x',
      EDITOR: 'sh /evil',
      VISUAL: 'sh',
      BROWSER: 'sh',
      PATH: '/evil',
    };
    const said = encodeFrame(MESSAGE.hello, JSON.stringify({ columns: 80, rows: 24, environment }));
    expect(hears(said)).toEqual([{ columns: 80, rows: 24, environment: { TERM: 'x' } }]);
  });

  it('has a size that can be drawn', () => {
    expect(hears(hello(65_535, 65_535))).toMatchObject([{ columns: 1_000, rows: 500 }]);
    expect(hears(hello(0, -3))).toMatchObject([{ columns: 1, rows: 1 }]);
  });

  it('cuts off whoever is no client, without a crash', () => {
    expect(hears(encodeFrame(MESSAGE.hello, 'no JSON'))).toEqual(['cut off']);
    expect(hears(encodeFrame(MESSAGE.hello, '[]'))).toEqual(['cut off']);
    expect(hears(hello('wide', null))).toEqual(['cut off']);
    expect(hears(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toEqual(['cut off']);
    expect(hears(hello(80, 24), encodeFrame(MESSAGE.size, '{}'))).toEqual([
      expect.anything(),
      'cut off',
    ]);
  });
});
