import { CellGrid } from '../../util/cell-grid.ts';
import type { CursorPlace } from './diff.ts';
import { drawProblems } from './draw-lists.ts';
import { drawOverview } from './draw-overview.ts';
import { drawOverlay } from './draw-overlays.ts';
import { drawPane } from './draw-panes.ts';
import { geometry } from './geometry.ts';
import { drawStatusLine } from './status-line.ts';
import type { Scene } from './scene.ts';
import { THEME } from './theme.ts';
import { layoutOf } from './ui.ts';
import type { Ui } from './ui.ts';

/** A whole screen, and where its cursor is. */
export interface ScreenFrame {
  readonly grid: CellGrid;
  readonly cursor: CursorPlace;
}

/** One person's screen as it is to look now. */
export function compose(ui: Ui, around: Scene): ScreenFrame {
  const { columns, rows } = around.size;
  const grid = new CellGrid(columns, rows);
  const window = around.windows[ui.window];
  const { body, statusRow, panes, rules } = geometry(window, ui, around);
  let cursor: CursorPlace;
  if (window?.kind === 'overview') drawOverview(grid, body, ui, around);
  if (window?.kind === 'problems') drawProblems(grid, body, ui, around);
  for (const shown of panes) {
    const focused = shown.index === layoutOf(ui).focus;
    const place = drawPane(grid, shown, focused, ui, around);
    if (focused) cursor = place;
  }
  for (const rule of rules) {
    for (let y = rule.y; y < rule.y + rule.rows; y += 1) grid.set(rule.x, y, '│', THEME.rule);
  }
  if (statusRow !== undefined) drawStatusLine(grid, statusRow, ui, around);
  const overlay = drawOverlay(grid, body, ui, around);
  const covered = ui.mode.kind !== 'normal' && ui.mode.kind !== 'copy' && ui.mode.kind !== 'prefix';
  return { grid, cursor: covered ? overlay : cursor };
}
