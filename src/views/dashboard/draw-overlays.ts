import type { CellGrid, Rect } from '../../util/cell-grid.ts';
import { counted } from '../../util/counted.ts';
import { helpLines } from './bindings.ts';
import type { CursorPlace } from './diff.ts';
import { drawRows } from './draw-lists.ts';
import { promptChoices } from './palette.ts';
import type { Scene } from './scene.ts';
import { fit, fitEnd, putText } from './text.ts';
import { textWidth } from '../text-width.ts';
import { THEME } from './theme.ts';
import type { Match, Mode, PromptPurpose, Ui } from './ui.ts';

/** What stands over the panes: prompts, results, help, questions. @returns the cursor's place. */
export function drawOverlay(grid: CellGrid, area: Rect, ui: Ui, around: Scene): CursorPlace {
  const { mode } = ui;
  switch (mode.kind) {
    case 'prompt':
      return drawPrompt(grid, area, mode, ui, around);
    case 'results':
      drawResults(grid, area, mode, around);
      return undefined;
    case 'help':
      drawHelp(grid, area, mode.top, around);
      return undefined;
    case 'confirm':
      drawConfirm(grid, area, mode.question);
      return undefined;
    case 'normal':
    case 'prefix':
    case 'copy':
      return undefined;
  }
}

const LABELS: Readonly<Record<PromptPurpose, string>> = {
  search: 'search in this pane (Tab: all panes)',
  'search-all': 'search in all panes (Tab: this pane)',
  filter: 'show only lines with (empty: all)',
  palette: 'command',
  window: 'window',
};

function drawPrompt(
  grid: CellGrid,
  area: Rect,
  mode: Extract<Mode, { kind: 'prompt' }>,
  ui: Ui,
  around: Scene,
): CursorPlace {
  const titles = promptChoices(mode, around).map(({ title }) => title);
  const listRows = Math.min(titles.length, Math.max(0, area.rows - 4), 12);
  const columns = Math.min(area.columns, 72);
  const rows = Math.min(area.rows, 3 + listRows);
  const x = area.x + ((area.columns - columns) >> 1);
  const frame = { x, y: area.y + Math.max(0, area.rows - rows), columns, rows };
  const inner = drawBox(grid, frame, LABELS[mode.purpose]);
  drawRows(
    grid,
    { ...inner, rows: inner.rows - 1 },
    titles.map((text) => [{ text: ` ${text}`, style: THEME.plain }]),
    mode.selected,
  );
  const y = inner.y + inner.rows - 1;
  const hint = mode.text === '' && mode.purpose.startsWith('search') ? ui.query : '';
  putText(grid, inner.x, y, '> ', THEME.box, inner.columns);
  if (hint !== '') putText(grid, inner.x + 2, y, hint, THEME.dim, inner.columns - 2);
  const shown = fitEnd(mode.text, inner.columns - 3);
  const end = putText(grid, inner.x + 2, y, shown, THEME.bold, inner.columns - 2);
  return { x: Math.min(end, inner.x + inner.columns - 1), y };
}

/** Lines around the chosen result that are shown with it. */
const CONTEXT_LINES = 3;

/** Room for the pane's name before each result. */
const PANE_COLUMNS = 18;

/** A found line from its beginning, or from shortly before the match where that is too far right. */
function fromMatch({ text, at }: Match, query: string, columns: number): string {
  if (textWidth(text.slice(0, at + query.length)) <= columns) return text;
  return `…${text.slice(Math.max(0, at - (columns >> 2)))}`;
}

function drawResults(
  grid: CellGrid,
  area: Rect,
  mode: Extract<Mode, { kind: 'results' }>,
  around: Scene,
): void {
  const inner = drawBox(
    grid,
    area,
    `“${mode.query}”: ${counted(mode.matches.length, 'line')} · Enter goes there, n N next and previous, q leaves`,
  );
  const contextRows = Math.min(2 * CONTEXT_LINES + 1, inner.rows >> 1);
  const list = { ...inner, rows: inner.rows - contextRows - 1 };
  drawRows(
    grid,
    list,
    mode.matches.map((match) => [
      { text: `${fit(around.pane(match.pane).title, PANE_COLUMNS)} `, style: THEME.running },
      {
        text: fromMatch(match, mode.query, inner.columns - PANE_COLUMNS - 1),
        style: THEME.plain,
      },
    ]),
    mode.selected,
  );
  const y = list.y + list.rows;
  putText(grid, inner.x, y, '─'.repeat(inner.columns), THEME.box, inner.columns);
  const match = mode.matches[mode.selected];
  if (match === undefined) return;
  const pane = around.pane(match.pane);
  const first = match.line - (contextRows >> 1);
  for (let row = 0; row < contextRows; row += 1) {
    pane.drawLine(first + row, grid, inner.x, y + 1 + row, inner.columns);
    if (first + row === match.line) {
      putText(grid, inner.x - 1, y + 1 + row, '▶', THEME.box, 1);
    }
  }
}

function drawHelp(grid: CellGrid, area: Rect, top: number, around: Scene): void {
  const lines = helpLines(around.prefix);
  const columns = Math.min(area.columns, 84);
  const rows = Math.min(area.rows, lines.length + 2);
  const x = area.x + ((area.columns - columns) >> 1);
  const y = area.y + ((area.rows - rows) >> 1);
  const inner = drawBox(
    grid,
    { x, y, columns, rows },
    'keys · arrows scroll, any other key leaves',
  );
  const first = Math.max(0, Math.min(top, lines.length - inner.rows));
  lines.slice(first, first + inner.rows).forEach(([keys, what], row) => {
    const width = Math.min(32, inner.columns >> 1);
    putText(
      grid,
      inner.x,
      inner.y + row,
      fit(keys, width),
      what === '' ? THEME.heading : THEME.bold,
      width,
    );
    putText(grid, inner.x + width + 1, inner.y + row, what, THEME.plain, inner.columns - width - 1);
  });
}

function drawConfirm(grid: CellGrid, area: Rect, question: string): void {
  const columns = Math.min(area.columns, textWidth(question) + 4);
  const rows = Math.min(area.rows, 4);
  const x = area.x + ((area.columns - columns) >> 1);
  const y = area.y + ((area.rows - rows) >> 1);
  const inner = drawBox(grid, { x, y, columns, rows }, '');
  putText(grid, inner.x, inner.y, fit(question, inner.columns), THEME.warning, inner.columns);
  // On a line of its own, so that it is seen however long the question is.
  putText(grid, inner.x, inner.y + inner.rows - 1, 'y / n', THEME.bold, inner.columns);
}

/** A frame with a title, blank inside. @returns what is inside. */
function drawBox(grid: CellGrid, box: Rect, title: string): Rect {
  grid.fill(box);
  const right = box.x + box.columns - 1;
  const bottom = box.y + box.rows - 1;
  for (let x = box.x; x <= right; x += 1) {
    grid.set(x, box.y, '─', THEME.box);
    grid.set(x, bottom, '─', THEME.box);
  }
  for (let y = box.y; y <= bottom; y += 1) {
    grid.set(box.x, y, '│', THEME.box);
    grid.set(right, y, '│', THEME.box);
  }
  const corners = [
    [box.x, box.y, '╭'],
    [right, box.y, '╮'],
    [box.x, bottom, '╰'],
    [right, bottom, '╯'],
  ] as const;
  for (const [x, y, char] of corners) grid.set(x, y, char, THEME.box);
  if (title !== '') putText(grid, box.x + 2, box.y, ` ${title} `, THEME.box, box.columns - 4);
  return {
    x: box.x + 1,
    y: box.y + 1,
    columns: Math.max(0, box.columns - 2),
    rows: Math.max(0, box.rows - 2),
  };
}
