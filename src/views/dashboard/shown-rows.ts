import { endRow } from './passages.ts';
import { rowsWith } from './search.ts';
import type { PaneView } from './scene.ts';
import type { PaneScroll } from './ui.ts';

/** The row at the top of a pane that shows all: what it stood on may have been dropped meanwhile. */
export function topOf(pane: PaneView, scroll: PaneScroll | undefined): number {
  const top = scroll?.top ?? pane.screenTop;
  return Math.max(pane.firstLine, Math.min(pane.screenTop, top));
}

/**
 * The rows that a pane shows, from above: those from its top on, or those of lines with its filter's
 * text; at most `most`.
 */
export function shownRows(pane: PaneView, scroll: PaneScroll, most: number): readonly number[] {
  const { top, filter } = scroll;
  if (filter === undefined) {
    const first = topOf(pane, scroll);
    return Array.from({ length: most }, (_, row) => first + row);
  }
  if (top !== undefined) {
    const rows = take(rowsWith(pane, filter, top, 'down'), most);
    if (rows.length === most) return rows;
  }
  return take(rowsWith(pane, filter, endRow(pane), 'up'), most).reverse();
}

/** Where a pane stands once it is scrolled by so many rows; undefined where it follows its output. */
export function scrolledTop(pane: PaneView, scroll: PaneScroll, by: number): number | undefined {
  const { filter } = scroll;
  if (filter === undefined) {
    const to = topOf(pane, scroll) + by;
    return to >= pane.screenTop ? undefined : Math.max(pane.firstLine, to);
  }
  const first = shownRows(pane, scroll, pane.rows)[0];
  if (first === undefined) return undefined;
  if (by < 0) return rowFrom(pane, filter, first, by);
  const below = take(rowsWith(pane, filter, first, 'down'), by + pane.rows + 1);
  return below.length > by + pane.rows ? below[by] : undefined;
}

/** The row so many shown rows further down, or up where it is negative; at most the last of them. */
export function rowFrom(
  pane: PaneView,
  filter: string | undefined,
  row: number,
  by: number,
): number {
  if (filter === undefined) return Math.max(pane.firstLine, Math.min(endRow(pane), row + by));
  const rows =
    by < 0 ? rowsWith(pane, filter, row - 1, 'up') : rowsWith(pane, filter, row + 1, 'down');
  return take(rows, Math.abs(by)).at(-1) ?? row;
}

/** The rows that a pane with a filter shows from one row to another, both included. */
export function* rowsBetween(
  pane: PaneView,
  filter: string | undefined,
  from: number,
  to: number,
): Generator<number> {
  const last = Math.min(to, endRow(pane));
  if (filter === undefined) {
    for (let row = Math.max(pane.firstLine, from); row <= last; row += 1) yield row;
    return;
  }
  for (const row of rowsWith(pane, filter, from, 'down')) {
    if (row > last) return;
    yield row;
  }
}

/** The top at which a row is seen so many rows further down. */
export function topFor(pane: PaneView, row: number, below: number): number {
  return Math.max(pane.firstLine, Math.min(pane.screenTop, row - below));
}

function take(rows: Iterable<number>, most: number): number[] {
  const taken: number[] = [];
  if (most <= 0) return taken;
  for (const row of rows) {
    taken.push(row);
    if (taken.length >= most) break;
  }
  return taken;
}
