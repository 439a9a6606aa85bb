import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LAYOUTS,
  neighbourOf,
  place,
  resize,
  splitOf,
} from '../../../../src/views/dashboard/layout.ts';

const area = { x: 0, y: 0, columns: 120, rows: 40 };

/** A picture of a placement: which pane each cell belongs to. */
function picture(columns: number, rows: number, layout: (typeof LAYOUTS)[number], count: number) {
  const cells = Array.from({ length: rows }, () => new Array<string>(columns).fill('.'));
  const placement = place(splitOf(layout, count), { x: 0, y: 0, columns, rows });
  for (const { index, box } of placement.panes) {
    for (let y = box.y; y < box.y + box.rows; y += 1) {
      for (let x = box.x; x < box.x + box.columns; x += 1) {
        const row = cells[y];
        if (row?.[x] !== '.') throw new Error(`pane ${index} covers another or the outside`);
        row[x] = String(index);
      }
    }
  }
  for (const rule of placement.rules) {
    for (let y = rule.y; y < rule.y + rule.rows; y += 1) (cells[y] ?? [])[rule.x] = '|';
  }
  return cells.map((row) => row.join(''));
}

describe('layouts', () => {
  it('main-left gives the first pane the larger left part', () => {
    expect(picture(21, 4, 'main-left', 3)).toEqual([
      '000000000000|11111111',
      '000000000000|11111111',
      '000000000000|22222222',
      '000000000000|22222222',
    ]);
  });

  it('tiles eight panes as two by four', () => {
    const { panes, rules } = place(splitOf('tiled', 8), area);
    expect(panes.map(({ box }) => [box.columns, box.rows])).toEqual(
      Array.from({ length: 8 }, (_, at) => [at % 2 === 0 ? 60 : 59, 10]),
    );
    expect(rules).toHaveLength(4);
  });

  it('fill the space without a gap, whatever the size; panes that do not fit are left out', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LAYOUTS),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 30 }),
        (layout, count, columns, rows) => {
          const cells = picture(columns, rows, layout, count).join('');
          expect(cells).toContain('0');
          expect(cells).not.toContain('.');
        },
      ),
    );
  });

  it('move a border by steps, and never take all of a neighbour', () => {
    const split = splitOf('columns', 2);
    const grown = place(resize(split, 0, 'columns', 2), area).panes.map(({ box }) => box.columns);
    expect(grown).toEqual([71, 48]);
    const most = place(resize(split, 0, 'columns', 100), area).panes.map(({ box }) => box.columns);
    expect(most[1]).toBeGreaterThanOrEqual(4);
    expect(resize(split, 0, 'rows', 1)).toBe(split);
  });

  it('find neighbours as a person sees them', () => {
    const placement = place(splitOf('main-left', 3), area);
    expect(neighbourOf(placement, 0, 'right')).toBe(1);
    expect(neighbourOf(placement, 1, 'down')).toBe(2);
    expect(neighbourOf(placement, 2, 'left')).toBe(0);
    expect(neighbourOf(placement, 0, 'left')).toBe(0);
  });
});
