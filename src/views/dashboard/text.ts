import { textWidth } from '../text-width.ts';
import type { CellGrid, Style } from '../../util/cell-grid.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A piece of text in one style; lists and bars are made of lines of these. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/**
 * Writes text from a place on, one grapheme after the other, wide ones over two cells, and stops
 * before `limit` columns are used up. Returns the column after the last one.
 */
export function putText(
  grid: CellGrid,
  x: number,
  y: number,
  text: string,
  style: Style,
  limit: number,
): number {
  const end = x + limit;
  let at = x;
  for (const { char, width } of cellsOf(text)) {
    if (at + width > end) break;
    grid.set(at, y, char, style);
    if (width === 2) grid.set(at + 1, y, '', style);
    at += width;
  }
  return at;
}

export function putSpans(
  grid: CellGrid,
  x: number,
  y: number,
  spans: readonly Span[],
  limit: number,
): number {
  let at = x;
  for (const span of spans) at = putText(grid, at, y, span.text, span.style, x + limit - at);
  return at;
}

/** Cut to a width, with `…` where something is missing, or filled with blanks. */
export function fit(text: string, columns: number): string {
  if (columns <= 0) return '';
  const width = textWidth(text);
  if (width <= columns) return text + ' '.repeat(columns - width);
  let cut = '';
  let used = 0;
  for (const cell of cellsOf(text)) {
    if (used + cell.width > columns - 1) break;
    cut += cell.char;
    used += cell.width;
  }
  return `${cut}…${' '.repeat(Math.max(0, columns - used - 1))}`;
}

/** The end of a text, as much as fits: what one is typing at. */
export function fitEnd(text: string, columns: number): string {
  const cells = [...cellsOf(text)];
  let from = cells.length;
  let used = 0;
  for (; from > 0; from -= 1) {
    used += cells[from - 1]?.width ?? 0;
    if (used > columns) break;
  }
  return cells
    .slice(from)
    .map(({ char }) => char)
    .join('');
}

function* cellsOf(text: string): Generator<{ char: string; width: number }> {
  if (isAscii(text)) {
    for (const char of text) if (char >= ' ') yield { char, width: 1 };
    return;
  }
  for (const { segment } of graphemes.segment(text)) {
    const width = Math.min(2, textWidth(segment));
    if (width > 0) yield { char: segment, width };
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 126) return false;
  return true;
}
