import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMarkerScanner } from '../../../src/checks/marker-scanner.ts';
import type { Piece } from '../../../src/checks/marker-scanner.ts';

const WORD = 'a'.repeat(32);
const mark = (value: string): Buffer => Buffer.from(`\u001e${WORD}:${value}\n`);

function scan(chunks: readonly Buffer[]): { bytes: Buffer; values: string[] } {
  const scanner = createMarkerScanner((word) => word === WORD);
  const pieces: Piece[] = [...chunks.flatMap((chunk) => scanner.push(chunk)), ...scanner.end()];
  return {
    bytes: Buffer.concat(pieces.flatMap((one) => (one.kind === 'bytes' ? [one.bytes] : []))),
    values: pieces.flatMap((one) => (one.kind === 'mark' ? [one.value] : [])),
  };
}

/** Cuts a stream at any places. */
function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (stream.length + 1)), stream.length].sort(
    (one, other) => one - other,
  );
  return ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
}

describe('the marker scanner', () => {
  it('finds marks between any bytes, however the stream is cut', () => {
    // Bytes that look like the beginning of a mark, more often than chance would make them.
    const noise = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
        fc.constantFrom(
          Buffer.from('\u001e'),
          Buffer.from(`\u001e${WORD.slice(1)}`),
          Buffer.from('\n'),
        ),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(noise, fc.constantFrom('0', '127', '4711'))),
        noise,
        fc.array(fc.nat()),
        (parts, last, places) => {
          const stream = Buffer.concat([
            ...parts.flatMap(([bytes, value]) => [...bytes, mark(value)]),
            ...last,
          ]);
          const expected = Buffer.concat([...parts.flatMap(([bytes]) => bytes), ...last]);
          const found = scan(cut(stream, places));
          expect(found.values).toEqual(parts.map(([, value]) => value));
          expect(found.bytes.equals(expected)).toBe(true);
        },
      ),
    );
  });

  it('passes on at once what cannot become a mark', () => {
    const scanner = createMarkerScanner((word) => word === WORD);
    expect(scanner.push(Buffer.from('no newline yet'))).toHaveLength(1);
    expect(scanner.push(Buffer.from('x\u001eyz'))).toEqual([
      { kind: 'bytes', bytes: Buffer.from('x\u001eyz') },
    ]);
  });

  it('takes a mark with a strange word, or without an end, for output', () => {
    const strange = Buffer.from(`\u001e${'b'.repeat(32)}:0\n`);
    expect(scan([strange]).bytes.equals(strange)).toBe(true);
    const endless = Buffer.from(`\u001e${WORD}:${'0'.repeat(100)}`);
    expect(scan([endless]).bytes.equals(endless)).toBe(true);
  });
});
