import type { PaneView } from './scene.ts';
import type { TextPlace } from './ui.ts';

/**
 * Rows that are put together to one line at most: some programs never end a line, and one of as
 * many rows as a pane keeps would be put together anew for each row that is shown.
 */
const MOST_ROWS = 200;

/** A line as it was written: the rows that it takes in a pane too narrow for it. */
export interface WrittenLine {
  readonly first: number;
  readonly last: number;
  readonly text: string;
  /** Where in the text each row begins. */
  readonly starts: readonly number[];
}

/** What is found, shown and left out as one: a line, or all lines of what was logged in one go. */
export interface Passage {
  readonly first: number;
  readonly last: number;
  readonly lines: readonly WrittenLine[];
  /** What it is known as besides what is shown. */
  readonly besides: readonly string[];
}

/** Number of a pane's last row. */
export const endRow = ({ firstLine, lineCount }: PaneView): number => firstLine + lineCount - 1;

export function writtenLine(pane: PaneView, row: number): WrittenLine {
  // By the row's number, so that the line is cut at the same places from wherever it is looked at.
  const goesOn = (at: number): boolean => pane.isWrapped(at) && at % MOST_ROWS !== 0;
  let first = row;
  while (first > pane.firstLine && goesOn(first)) first -= 1;
  const end = endRow(pane);
  let last = row;
  while (last < end && goesOn(last + 1)) last += 1;
  let text = '';
  const starts: number[] = [];
  for (let at = first; at <= last; at += 1) {
    starts.push(text.length);
    // A row that goes on in the next one is full, be it with blanks.
    text += at < last ? pane.chars(at).join('') : pane.text(at);
  }
  return { first, last, text, starts };
}

function passageAt(pane: PaneView, row: number): Passage {
  const record = pane.record(row);
  if (record === undefined) {
    const line = writtenLine(pane, row);
    return { first: line.first, last: line.last, lines: [line], besides: [] };
  }
  const first = Math.max(pane.firstLine, record.first);
  const last = Math.min(endRow(pane), record.last);
  const lines: WrittenLine[] = [];
  for (let at = first; at <= last; at = (lines.at(-1)?.last ?? at) + 1) {
    lines.push(writtenLine(pane, at));
  }
  return { first, last, lines, besides: record.besides };
}

/** The passages of a pane, from the one of a row upwards. */
export function* passagesUp(pane: PaneView, from: number): Generator<Passage> {
  let row = Math.min(from, endRow(pane));
  while (row >= pane.firstLine) {
    const passage = passageAt(pane, row);
    yield passage;
    row = passage.first - 1;
  }
}

/** The passages of a pane, from the one of a row downwards. */
export function* passagesDown(pane: PaneView, from: number): Generator<Passage> {
  let row = Math.max(from, pane.firstLine);
  while (row <= endRow(pane)) {
    const passage = passageAt(pane, row);
    yield passage;
    row = passage.last + 1;
  }
}

/** The row and column of a character of a line. */
export function characterPlace(
  pane: PaneView,
  { first, starts }: WrittenLine,
  index: number,
): TextPlace {
  const row = starts.findLastIndex((start) => start <= index);
  const line = first + row;
  return { line, column: columnAt(pane.chars(line), index - (starts[row] ?? 0)) };
}

/** The column of a character of a row's text: wide ones take two. */
export function columnAt(chars: readonly string[], index: number): number {
  let length = 0;
  for (let column = 0; column < chars.length; column += 1) {
    if (length >= index && chars[column] !== '') return column;
    length += chars[column]?.length ?? 0;
  }
  return chars.length;
}
