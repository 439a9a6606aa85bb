import { INVERSE, UNDERLINE } from '../../util/cell-grid.ts';
import type { CellGrid, Rect } from '../../util/cell-grid.ts';
import { ordered } from './copy-mode.ts';
import type { CursorPlace } from './diff.ts';
import type { ShownPane } from './geometry.ts';
import { matchesIn } from './search.ts';
import { shownRows, topOf } from './shown-rows.ts';
import type { PaneView, Scene } from './scene.ts';
import { putText } from './text.ts';
import { THEME } from './theme.ts';
import { layoutOf } from './ui.ts';
import type { Mode, Ui } from './ui.ts';

/** Draws one pane with its title. @returns where the terminal's cursor belongs if it has the focus. */
export function drawPane(
  grid: CellGrid,
  shown: ShownPane,
  focused: boolean,
  ui: Ui,
  around: Scene,
): CursorPlace {
  const { content, pane } = shown;
  const view = around.pane(pane.id);
  const scroll = ui.views[pane.id] ?? {};
  const { top, filter } = scroll;
  if (shown.title !== undefined) drawTitle(grid, shown.title, view, focused, ui, pane.id);
  grid.fill(content);
  const marked = filter ?? (top === undefined ? '' : ui.query);
  const rows = shownRows(view, scroll, content.rows);
  rows.forEach((line, row) => {
    view.drawLine(line, grid, content.x, content.y + row, content.columns);
    markMatches(grid, content, row, matchesIn(view, line, marked));
  });
  if (ui.mode.kind === 'copy' && ui.mode.pane === pane.id) {
    return drawCopy(grid, content, rows, view, ui.mode);
  }
  const follows = top === undefined && filter === undefined;
  if (!focused || !follows || !pane.interactive) return undefined;
  const cursor = view.cursor();
  if (cursor === undefined || cursor.x >= content.columns || cursor.y >= content.rows) {
    return undefined;
  }
  return { x: content.x + cursor.x, y: content.y + cursor.y };
}

function drawTitle(
  grid: CellGrid,
  area: Rect,
  view: PaneView,
  focused: boolean,
  ui: Ui,
  id: string,
): void {
  const { top, filter } = ui.views[id] ?? {};
  const notes = [
    ...(filter === undefined ? [] : [`only “${filter}”`]),
    ...(top === undefined
      ? []
      : [
          filter === undefined
            ? `stands, ${view.screenTop - topOf(view, { top })} below`
            : 'stands',
        ]),
    ...(view.hasEnded ? ['ended'] : []),
    ...(layoutOf(ui).zoomed ? ['zoomed'] : []),
  ];
  const stands = top !== undefined || filter !== undefined;
  const style = focused ? (stands ? THEME.titleStands : THEME.titleFocused) : THEME.title;
  grid.fill(area, style);
  const text = ` ${view.title}${notes.length > 0 ? ` [${notes.join(', ')}]` : ''}`;
  putText(grid, area.x, area.y, text, style, area.columns);
}

function drawCopy(
  grid: CellGrid,
  content: Rect,
  rows: readonly number[],
  view: PaneView,
  { at, anchor }: Extract<Mode, { kind: 'copy' }>,
): CursorPlace {
  const [from, to] = ordered(anchor ?? at, at);
  rows.forEach((line, row) => {
    if (anchor === undefined || line < from.line || line > to.line) return;
    const start = line === from.line ? from.column : 0;
    const end = line === to.line ? to.column + 1 : view.chars(line).length;
    const columns = Math.min(end, content.columns) - start;
    grid.mark(content.x + start, content.y + row, columns, INVERSE);
  });
  const row = rows.indexOf(at.line);
  if (row < 0) return undefined;
  return { x: content.x + Math.min(at.column, content.columns - 1), y: content.y + row };
}

function markMatches(
  grid: CellGrid,
  content: Rect,
  row: number,
  matches: ReturnType<typeof matchesIn>,
): void {
  for (const { column, columns } of matches) {
    const seen = Math.min(columns, content.columns - column);
    if (seen > 0) grid.mark(content.x + column, content.y + row, seen, INVERSE | UNDERLINE);
  }
}
