import type { Rect } from '../../util/cell-grid.ts';
import { place } from './layout.ts';
import type { Placement } from './layout.ts';
import type { DashboardPane, DashboardWindow, Scene } from './scene.ts';
import { layoutOf } from './ui.ts';
import type { Ui } from './ui.ts';

/** A pane on the screen: its title's row and the area of its terminal. */
export interface ShownPane {
  readonly index: number;
  readonly pane: DashboardPane;
  readonly title: Rect | undefined;
  readonly content: Rect;
}

export interface Geometry {
  readonly body: Rect;
  /** The status line's row; undefined where there is no room for one. */
  readonly statusRow: number | undefined;
  readonly panes: readonly ShownPane[];
  readonly rules: readonly Rect[];
}

/** Where everything of a window is on a screen of that size. */
export function geometry(
  window: DashboardWindow | undefined,
  ui: Ui,
  { size, bare }: Pick<Scene, 'size' | 'bare'>,
): Geometry {
  const hasStatus = size.rows >= 3 && !bare;
  const rows = hasStatus ? size.rows - 1 : size.rows;
  const body = { x: 0, y: 0, columns: size.columns, rows };
  const statusRow = hasStatus ? size.rows - 1 : undefined;
  if (window?.kind !== 'panes') return { body, statusRow, panes: [], rules: [] };
  const placement = placementOf(window.panes.length, ui, body);
  const panes = placement.panes.flatMap(({ index, box }): ShownPane[] => {
    const pane = window.panes[index];
    if (pane === undefined) return [];
    // A title only where the terminal below keeps a row.
    if (bare || box.rows < 2) return [{ index, pane, title: undefined, content: box }];
    const title = { ...box, rows: 1 };
    const content = { ...box, y: box.y + 1, rows: box.rows - 1 };
    return [{ index, pane, title, content }];
  });
  return { body, statusRow, panes, rules: placement.rules };
}

function placementOf(count: number, ui: Ui, body: Rect): Placement {
  const { split, focus, zoomed } = layoutOf(ui);
  const all = place(split, body);
  // Where not all panes fit, the focused one is seen in any case.
  const hidden = all.panes.length < count && !all.panes.some(({ index }) => index === focus);
  return zoomed || hidden ? { panes: [{ index: focus, box: body }], rules: [] } : all;
}
