import type { Emulator } from '../../ports/emulator.ts';

/** A cell of a pane's lines, by the line's number. */
export interface PanePlace {
  readonly line: number;
  readonly column: number;
}

/** Tells where a place of before is now that the lines were laid out for another width. */
export type Carry = (place: PanePlace) => PanePlace;

/**
 * Gives an emulator another size. Rows of a line that goes on over several are put together or
 * taken apart by that, and all below get other numbers: a place is known again by its line, counted
 * from the last one with text, and by how many cells of it stand before. The oldest may have to go,
 * and blank ones at the end. (xterm's own markers are lost when the oldest have to go.)
 *
 * @param firstLine number of the emulator's first row, before and after
 */
export function reflow(
  emulator: Emulator,
  columns: number,
  rows: number,
  firstLine: number,
): Carry {
  if (columns === emulator.columns) {
    emulator.resize(columns, rows);
    return (place) => place;
  }
  const widthBefore = emulator.columns;
  const before = lineStarts(emulator);
  const lastBefore = indexOfLine(before, lastWithText(emulator));
  emulator.resize(columns, rows);
  const after = lineStarts(emulator);
  const shift = indexOfLine(after, lastWithText(emulator)) - lastBefore;
  const end = emulator.lineCount();
  return ({ line, column }) => {
    const row = Math.max(0, line - firstLine);
    const index = indexOfLine(before, row);
    const cells = (row - (before[index] ?? 0)) * widthBefore + column;
    const start = after[index + shift];
    if (start === undefined) return { line: firstLine + (index + shift < 0 ? 0 : end - 1), column };
    const last = (after[index + shift + 1] ?? end) - 1;
    const to = start + Math.floor(cells / emulator.columns);
    return { line: firstLine + Math.min(last, to), column: cells % emulator.columns };
  };
}

/** The rows at which lines begin. */
function lineStarts(emulator: Emulator): readonly number[] {
  const starts: number[] = [];
  const rows = emulator.lineCount();
  for (let row = 0; row < rows; row += 1) {
    if (row === 0 || !emulator.isWrapped(row)) starts.push(row);
  }
  return starts;
}

/** The last row that is not blank. */
function lastWithText(emulator: Emulator): number {
  let row = emulator.lineCount() - 1;
  while (row > 0 && emulator.text(row) === '') row -= 1;
  return row;
}

/** Which of the lines a row is of. */
function indexOfLine(starts: readonly number[], row: number): number {
  let from = 0;
  let to = starts.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((starts[middle] ?? row) <= row) from = middle + 1;
    else to = middle;
  }
  return Math.max(0, from - 1);
}
