import { enterCopy, moveToMatch } from './copy-mode.ts';
import { overviewRows, problemRows } from './rows.ts';
import { findFrom } from './search.ts';
import { scrolledTop, shownRows } from './shown-rows.ts';
import type { Scene } from './scene.ts';
import { focusedPane, withScroll } from './ui.ts';
import type { UiStep, Ui } from './ui.ts';

type Handler = (ui: Ui, around: Scene) => UiStep;

const only = (ui: Ui): UiStep => ({ ui, effects: [] });

/** Moves the selection of a list, or scrolls the pane. `by` gets the height of a page. */
export const scrollBy =
  (by: (page: number) => number): Handler =>
  (ui, around) => {
    const window = around.windows[ui.window];
    if (window !== undefined && window.kind !== 'panes') {
      const rows = window.kind === 'overview' ? overviewRows(around) : problemRows(around);
      const to = ui.selected[window.kind] + by(Math.max(1, around.size.rows - 4));
      const selected = Math.max(0, Math.min(rows.length - 1, to));
      return only({ ...ui, selected: { ...ui.selected, [window.kind]: selected } });
    }
    const focused = focusedPane(ui, around);
    if (focused === undefined) return only(ui);
    const pane = around.pane(focused.id);
    return only(scrollRows(ui, focused.id, by(pane.rows), around));
  };

/** A pane scrolled to its end follows its output again. */
export function scrollRows(ui: Ui, id: string, by: number, around: Scene): Ui {
  return withScroll(ui, id, { top: scrolledTop(around.pane(id), ui.views[id] ?? {}, by) });
}

/** The next match above or below what is shown, in copy mode. */
export const match =
  (direction: 'up' | 'down'): Handler =>
  (ui, around) => {
    const focused = focusedPane(ui, around);
    if (focused === undefined || ui.query === '')
      return only({ ...ui, message: 'search first: /' });
    const pane = around.pane(focused.id);
    const scroll = ui.views[focused.id] ?? {};
    const rows = shownRows(pane, scroll, pane.rows);
    const from = rows.at(direction === 'up' ? 0 : -1) ?? pane.screenTop;
    const found = findFrom(pane, ui.query, from, direction, scroll.filter);
    if (found === undefined) return only({ ...ui, message: 'no more matches' });
    const copy = enterCopy(ui, focused.id, around);
    return only(copy.mode.kind === 'copy' ? moveToMatch(copy, copy.mode, found, pane) : copy);
  };
