import type { CellGrid, Rect, Style } from '../../util/cell-grid.ts';
import { age, countsText, problemRows } from './rows.ts';
import type { ProblemRow } from './rows.ts';
import type { Scene } from './scene.ts';
import { fit, putSpans } from './text.ts';
import type { Span } from './text.ts';
import { THEME } from './theme.ts';
import type { Ui } from './ui.ts';

/** What stands above the rows of a list: its summary, and a heading or nothing. */
export const LIST_HEADING_ROWS = 2;

/** A piece of a list's line. */
export const span = (text: string, style: Style = THEME.plain): Span => ({ text, style });

/** All current diagnostics, newest first. */
export function drawProblems(grid: CellGrid, area: Rect, ui: Ui, around: Scene): void {
  const rows = problemRows(around);
  if (rows.length === 0) {
    drawHeader(grid, area, [span(' no problems', THEME.good)]);
    return;
  }
  drawHeader(grid, area, [
    span(` ${countsText(rows)}`, rows.some(isError) ? THEME.bad : THEME.plain),
    span(' · Enter opens the pane, e the file', THEME.dim),
  ]);
  const lines = rows.map((row) => problemLine(row, around.nowMs));
  drawRows(grid, areaBelow(area, LIST_HEADING_ROWS), lines, ui.selected.problems);
}

const isError = ({ level }: ProblemRow): boolean => level === 'error';

function problemLine(row: ProblemRow, nowMs: number): readonly Span[] {
  const style =
    row.level === 'error' ? THEME.bad : row.level === 'warning' ? THEME.warning : THEME.dim;
  const place = row.file === undefined ? '' : `${row.file}:${row.line}:${row.column}  `;
  return [
    span(row.level === 'error' ? '✗ ' : '! ', style),
    span(fit(age(nowMs - row.at), 4), THEME.dim),
    span(fit(`${row.subject}${row.check === undefined ? '' : ` ${row.check}`}`, 16), THEME.running),
    span(' '),
    span(place, THEME.bold),
    span(row.message.replaceAll(/\s+/g, ' ')),
  ];
}

/** What is left of an area below so many rows. */
export const areaBelow = (area: Rect, rows: number): Rect => ({
  ...area,
  y: area.y + rows,
  rows: Math.max(0, area.rows - rows),
});

export function drawHeader(grid: CellGrid, area: Rect, spans: readonly Span[]): void {
  putSpans(grid, area.x, area.y, spans, area.columns);
}

/** The first row of a list that is shown: it scrolls so that the selected one is in sight. */
export function firstShown(selected: number, count: number, room: number): number {
  const chosen = Math.min(selected, count - 1);
  return Math.max(0, Math.min(chosen - (room >> 1), count - room));
}

/** Rows of a list. */
export function drawRows(
  grid: CellGrid,
  area: Rect,
  rows: readonly (readonly Span[])[],
  selected: number,
): void {
  const chosen = Math.min(selected, rows.length - 1);
  const first = firstShown(selected, rows.length, area.rows);
  for (let row = 0; row < area.rows && first + row < rows.length; row += 1) {
    putSpans(grid, area.x, area.y + row, rows[first + row] ?? [], area.columns);
    if (first + row === chosen) grid.paint(area.x, area.y + row, area.columns, THEME.selected);
  }
}
