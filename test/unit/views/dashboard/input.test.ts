import { describe, expect, it } from 'vitest';
import { InputReader } from '../../../../src/views/dashboard/input.ts';
import type { TerminalInput } from '../../../../src/views/dashboard/input.ts';

function read(...chunks: string[]) {
  const reader = new InputReader();
  return chunks.flatMap((chunk) => reader.read(Buffer.from(chunk)));
}
const names = (...chunks: string[]): string[] =>
  read(...chunks).map((input) => (input.kind === 'key' ? input.name : input.kind));

describe('keys', () => {
  it.each([
    ['a', 'a'],
    ['A', 'A'],
    ['/', '/'],
    ['\x02', 'C-b'],
    ['\r', 'Enter'],
    ['\t', 'Tab'],
    ['\x7f', 'Backspace'],
    [' ', 'Space'],
    ['\x1b[A', 'Up'],
    ['\x1bOA', 'Up'],
    ['\x1b[1;5C', 'C-Right'],
    ['\x1b[1;3D', 'M-Left'],
    ['\x1b[5~', 'PageUp'],
    ['\x1bOP', 'F1'],
    ['\x1b[15~', 'F5'],
    ['\x1bx', 'M-x'],
    ['é', 'é'],
    ['漢', '漢'],
    ['😀', '😀'],
  ])('%j is %s', (raw, name) => {
    expect(read(raw)).toEqual([{ kind: 'key', name, raw }]);
  });

  it('come one by one out of one read', () => {
    expect(names('ab\x1b[B\x02d')).toEqual(['a', 'b', 'Down', 'C-b', 'd']);
  });

  it('are whole when their sequence or character arrives in pieces', () => {
    expect(names('\x1b', '[', 'A')).toEqual(['Up']);
    expect(names('\x1b[1', ';5', 'C', 'x')).toEqual(['C-Right', 'x']);
    const reader = new InputReader();
    const bytes = Buffer.from('漢');
    expect(reader.read(bytes.subarray(0, 1))).toEqual([]);
    expect(reader.read(bytes.subarray(1))).toHaveLength(1);
  });

  it('a lone Escape waits for what may follow, until told that nothing does', () => {
    const reader = new InputReader();
    expect(reader.read(Buffer.from('\x1b'))).toEqual([]);
    expect(reader.isWaiting).toBe(true);
    expect(reader.flush()).toEqual([{ kind: 'key', name: 'Escape', raw: '\x1b' }]);
    expect(reader.isWaiting).toBe(false);
  });
});

describe('pastes', () => {
  it('are one piece, over several reads, and no keys', () => {
    expect(read('\x1b[200~rm -', 'rf\n\x02d\x1b[201~q')).toEqual([
      { kind: 'paste', text: 'rm -rf\n\x02d' },
      { kind: 'key', name: 'q', raw: 'q' },
    ]);
  });
});

describe('the mouse', () => {
  it('is read from SGR reports', () => {
    expect(read('\x1b[<0;3;5M\x1b[<32;4;5M\x1b[<0;4;5m\x1b[<64;1;1M\x1b[<65;1;1M')).toEqual([
      { kind: 'mouse', action: 'press', button: 0, modifiers: 0, x: 2, y: 4 },
      { kind: 'mouse', action: 'drag', button: 0, modifiers: 0, x: 3, y: 4 },
      { kind: 'mouse', action: 'release', button: 0, modifiers: 0, x: 3, y: 4 },
      { kind: 'mouse', action: 'wheel-up', button: 0, modifiers: 0, x: 0, y: 0 },
      { kind: 'mouse', action: 'wheel-down', button: 1, modifiers: 0, x: 0, y: 0 },
    ]);
  });
});

describe('a paste', () => {
  const begin = '\x1b[200~';
  const end = '\x1b[201~';

  it('of megabytes is handed on in pieces, whole, and never held', () => {
    const reader = new InputReader();
    const text = 'line 漢😀\n'.repeat(200_000);
    const bytes = Buffer.from(`${begin}${text}${end}q`);
    const inputs: TerminalInput[] = [];
    for (let at = 0; at < bytes.length; at += 65_536) {
      inputs.push(...reader.read(bytes.subarray(at, at + 65_536)));
    }
    expect(inputs.pop()).toMatchObject({ kind: 'key', name: 'q' });
    const pieces = inputs.map((input) => (input.kind === 'paste' ? input.text : '?'));
    expect(pieces.join('') === text).toBe(true);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(200_000);
  });

  it('whose end comes in pieces ends there', () => {
    const reader = new InputReader();
    const text = 'x'.repeat(70_000);
    const read = (data: string) => reader.read(Buffer.from(data));
    const inputs = [...read(`${begin}${text}\x1b[20`), ...read('1~'), ...read('a')];
    expect(inputs.map((one) => (one.kind === 'paste' ? one.text.length : one.kind))).toEqual([
      expect.any(Number),
      expect.any(Number),
      'key',
    ]);
    expect(inputs.flatMap((one) => (one.kind === 'paste' ? [one.text] : [])).join('')).toBe(text);
  });

  it('whose end was lost is left by Ctrl-C', () => {
    const reader = new InputReader();
    const read = (data: string) => reader.read(Buffer.from(data));
    expect(read(`${begin}half`)).toEqual([]);
    expect(read('q')).toEqual([]);
    expect(read('\x03')).toMatchObject([{ kind: 'paste', text: 'halfq' }, { name: 'C-c' }]);
    expect(read('q')).toMatchObject([{ kind: 'key', name: 'q' }]);
  });
});
