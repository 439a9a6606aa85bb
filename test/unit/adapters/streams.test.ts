import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, LogLineReader } from '../../../src/adapters/engine/streams.ts';

function frame(stream: 1 | 2, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** Cuts bytes at arbitrary places, as a socket does. */
function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, index) =>
    bytes.subarray(index === 0 ? 0 : places[index - 1], end),
  );
}

describe('FrameReader', () => {
  it('gives the frames whatever the pieces that they come in', () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1 as const, 2 as const), fc.uint8Array()));
    fc.assert(
      fc.property(frames, fc.array(fc.nat()), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(([stream, data]) => frame(stream, Buffer.from(data))));
        const reader = new FrameReader();
        const got = cutAt(bytes, cuts).flatMap((piece) => reader.add(piece));
        expect(
          got.map(({ stream, payload }) => [stream === 'stderr' ? 2 : 1, [...payload]]),
        ).toEqual(sent.map(([stream, data]) => [stream, [...data]]));
      }),
    );
  });
});

describe('LogLineReader', () => {
  it('reads times and texts of both streams, and the last line without an end', () => {
    const bytes = Buffer.concat([
      frame(1, Buffer.from('2026-11-21T20:00:00.5Z hello\n2026-11-21T20:00:01Z wor')),
      frame(2, Buffer.from('2026-11-21T20:00:02Z oh\n')),
      frame(1, Buffer.from('ld')),
    ]);
    const reader = new LogLineReader(true);
    const lines = [...reader.add(bytes), ...reader.end()];
    expect(lines).toEqual([
      { stream: 'stdout', atMs: Date.parse('2026-11-21T20:00:00.5Z'), text: 'hello' },
      { stream: 'stderr', atMs: Date.parse('2026-11-21T20:00:02Z'), text: 'oh' },
      { stream: 'stdout', atMs: Date.parse('2026-11-21T20:00:01Z'), text: 'world' },
    ]);
  });

  it('keeps a character whole that arrives in two pieces', () => {
    const bytes = frame(1, Buffer.from('2026-11-21T20:00:00Z ü€\n'));
    const reader = new LogLineReader(true);
    const lines = cutAt(bytes, [31, 32, 33]).flatMap((piece) => reader.add(piece));
    expect(lines.map(({ text }) => text)).toEqual(['ü€']);
  });

  const STAMP = '2026-11-21T20:00:00.123456789Z ';

  /** A log as the engine hands it out: pieces of 16 KiB, each with the time, one frame each. */
  function asEngine(lines: readonly string[], framed: boolean): Buffer {
    const wrap = (piece: Buffer): Buffer => {
      const stamped = Buffer.concat([Buffer.from(STAMP), piece]);
      return framed ? frame(1, stamped) : stamped;
    };
    return Buffer.concat(
      lines.flatMap((line) => {
        const bytes = Buffer.from(`${line}\n`);
        const count = Math.ceil((bytes.length - 1) / 16_384) || 1;
        // The line end is no part of the sixteen kilobytes.
        return Array.from({ length: count }, (_, at) =>
          wrap(bytes.subarray(at * 16_384, at === count - 1 ? undefined : (at + 1) * 16_384)),
        );
      }),
    );
  }

  it.each([true, false])('makes one line of the pieces of a long one (framed: %s)', (framed) => {
    const length = fc.constantFrom(0, 1, 16_352, 16_383, 16_384, 16_385, 32_768, 40_000);
    const line = fc
      .tuple(length, fc.constantFrom('x', 'ü', '漢', '2026-11-21T20:00:00Z '))
      .map(([bytes, unit]) => unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit))));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), fc.array(fc.nat()), (lines, cuts) => {
        const reader = new LogLineReader(framed);
        const got = cutAt(asEngine(lines, framed), cuts).flatMap((piece) => reader.add(piece));
        expect([...got, ...reader.end()].map(({ text }) => text)).toEqual(lines);
      }),
      { numRuns: 50 },
    );
  });

  it('takes five megabytes for one line, and cuts what never ends', () => {
    const reader = new LogLineReader(true);
    const huge = 'y'.repeat(5_000_000);
    expect(reader.add(asEngine([huge, 'after'], true)).map(({ text }) => text.length)).toEqual([
      huge.length,
      5,
    ]);
    let cut = 0;
    for (let mebibytes = 0; mebibytes < 40; mebibytes += 1) {
      for (const { text } of reader.add(frame(1, Buffer.alloc(1_048_576, 'z')))) cut += text.length;
    }
    expect(cut).toBeGreaterThan(16_000_000);
  });
});
