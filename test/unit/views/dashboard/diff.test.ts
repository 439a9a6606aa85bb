import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEmulator } from '../../../../src/adapters/terminal-emulator.ts';
import { CellGrid, PLAIN, paletteColor, rgbColor } from '../../../../src/util/cell-grid.ts';
import { diff } from '../../../../src/views/dashboard/diff.ts';
import { fit, putText } from '../../../../src/views/dashboard/text.ts';
import { textWidth } from '../../../../src/views/text-width.ts';

const TRUE = { colors: 'truecolor' } as const;
const NO_CURSOR = { before: undefined, after: undefined };

/** What a terminal shows after these bytes. */
async function shown(bytes: readonly string[], columns: number, rows: number): Promise<CellGrid> {
  const emulator = createEmulator({ columns, rows, scrollback: 0, onReply: () => undefined });
  for (const text of bytes) await new Promise<void>((done) => emulator.write(text, done));
  const grid = new CellGrid(columns, rows);
  emulator.draw(0, grid, { x: 0, y: 0, columns, rows });
  return grid;
}

const pieces = fc.record({
  x: fc.nat(19),
  y: fc.nat(5),
  text: fc.constantFrom('a', 'hello', '漢字', 'e\u0301x', '😀', '  ', '한글 mixed', 'ÄÖÜ'),
  fg: fc.constantFrom(0, paletteColor(1), paletteColor(200), rgbColor(0x123456)),
  bg: fc.constantFrom(0, 0, paletteColor(4), rgbColor(0xfedcba)),
  attributes: fc.constantFrom(0, 1, 4, 8, 32, 128),
});

function draw(commands: readonly (typeof pieces extends fc.Arbitrary<infer T> ? T : never)[]) {
  const grid = new CellGrid(20, 6);
  for (const { x, y, text, ...style } of commands) {
    // As panes do: what a text covers is blank first, so no half of a wide character stays.
    grid.fill({ x: 0, y, columns: 20, rows: 1 }, PLAIN);
    putText(grid, x, y, text, style, 20 - x);
  }
  return grid;
}

describe('the difference of two frames', () => {
  it('turns a terminal that shows one into one that shows the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(pieces), fc.array(pieces), async (before, after) => {
        const [prev, next] = [draw(before), draw(after)];
        const grid = await shown(
          [diff(undefined, prev, NO_CURSOR, TRUE), diff(prev, next, NO_CURSOR, TRUE)],
          20,
          6,
        );
        expect(grid.chars).toEqual(next.chars);
        expect(grid.fg).toEqual(next.fg);
        expect(grid.bg).toEqual(next.bg);
        expect(grid.attributes).toEqual(next.attributes);
      }),
      { numRuns: 200 },
    );
  });

  it('is nothing when nothing changed', () => {
    const grid = draw([]);
    expect(diff(grid, grid, NO_CURSOR, TRUE)).toBe('');
  });

  it('says only the changed cells, in one synchronised frame', () => {
    const prev = new CellGrid(20, 6);
    const next = new CellGrid(20, 6);
    putText(next, 3, 2, 'x', PLAIN, 1);
    const bytes = diff(prev, next, NO_CURSOR, TRUE);
    expect(bytes).toBe('\x1b[?2026h\x1b[?25l\x1b[3;4H\x1b[0mx\x1b[?2026l');
  });

  it('brings colours down to what the terminal has', () => {
    const next = new CellGrid(1, 1);
    next.set(0, 0, 'x', { fg: rgbColor(0xff0000), bg: paletteColor(21), attributes: 0 });
    const of = (colors: 'truecolor' | '256' | '16' | 'none') =>
      diff(new CellGrid(1, 1), next, NO_CURSOR, { colors });
    expect(of('truecolor')).toContain('\x1b[0;38;2;255;0;0;48;5;21m');
    expect(of('256')).toContain('\x1b[0;38;5;196;48;5;21m');
    expect(of('16')).toContain('\x1b[0;91;44m');
    expect(of('none')).toContain('\x1b[0mx');
  });
});

describe('text in cells', () => {
  it('takes two cells for wide characters and none for combining ones', () => {
    const grid = new CellGrid(8, 1);
    expect(putText(grid, 0, 0, '漢e\u0301!', PLAIN, 8)).toBe(4);
    expect(grid.chars.slice(0, 5)).toEqual(['漢', '', 'e\u0301', '!', ' ']);
  });

  it('is cut before a wide character that does not fit whole', () => {
    expect(fit('漢字漢字', 5)).toBe('漢字…');
    expect(fit('漢字漢字', 4)).toBe('漢… ');
    expect(textWidth(fit('한글', 9))).toBe(9);
    expect(fit('ab', 0)).toBe('');
  });
});
