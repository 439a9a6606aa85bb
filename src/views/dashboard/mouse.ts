import type { Rect } from '../../util/cell-grid.ts';
import { borderAt, moveBorder } from './borders.ts';
import { copiedText, selectedText } from './copy-mode.ts';
import { LIST_HEADING_ROWS, areaBelow, firstShown } from './draw-lists.ts';
import { geometry } from './geometry.ts';
import type { ShownPane } from './geometry.ts';
import type { MouseInput } from './input.ts';
import { keyData, mouseData } from './program-input.ts';
import { windowTabs } from './status-line.ts';
import { overviewRows, problemRows } from './rows.ts';
import { scrollRows } from './scroll.ts';
import { rowFrom, shownRows } from './shown-rows.ts';
import { showWindow } from './show.ts';
import type { Scene } from './scene.ts';
import { textWidth } from '../text-width.ts';
import { NORMAL, layoutOf, withLayout, withScroll } from './ui.ts';
import type { Held, Mode, UiStep, Ui } from './ui.ts';

/** Lines that one notch of the wheel scrolls. */
const WHEEL_LINES = 3;

const only = (ui: Ui): UiStep => ({ ui, effects: [] });

/**
 * Click: focus, or a window by its name. Wheel: scroll. Drag: a border moves, in a pane text is
 * selected, and copied when let go. Programs that ask for the mouse get what happens in their pane.
 */
export function mouseStep(ui: Ui, mouse: MouseInput, around: Scene): UiStep {
  if (ui.mode.kind !== 'normal' && ui.mode.kind !== 'copy') return only(ui);
  if (mouse.action === 'press') return press(letGo(ui), mouse, around);
  const { panes, body } = geometry(around.windows[ui.window], ui, around);
  if (mouse.action === 'drag' || mouse.action === 'release') {
    const { held } = ui;
    if (held === undefined) return only(ui);
    const after = mouse.action === 'release' ? letGo(ui) : ui;
    if (held.kind === 'border') {
      const split = moveBorder(layoutOf(ui).split, body, held.border, mouse);
      return only(withLayout(after, { split }));
    }
    const shown = panes.find(({ pane }) => pane.id === held.pane);
    return shown === undefined ? only(after) : inPane(after, mouse, shown, held, around);
  }
  const shown = panes.find((pane) => holds(pane.content, mouse) || holds(pane.title, mouse));
  if (shown === undefined) return only(listMouse(ui, mouse, body, around));
  return inPane(ui, mouse, shown, undefined, around);
}

function press(ui: Ui, mouse: MouseInput, around: Scene): UiStep {
  const { panes, statusRow, body } = geometry(around.windows[ui.window], ui, around);
  if (mouse.y === statusRow) {
    const tab = windowTabs(ui, around).find(
      ({ x, text }) => mouse.x >= x && mouse.x < x + textWidth(text),
    );
    return only(tab === undefined ? ui : showWindow(ui, tab.window, around));
  }
  const shown = panes.find((pane) => holds(pane.content, mouse) || holds(pane.title, mouse));
  const focused = shown === undefined ? ui : withLayout(ui, { focus: shown.index });
  // A pane that is alone has no border, whatever the split that it is zoomed out of.
  const border = panes.length > 1 ? borderAt(layoutOf(ui).split, body, mouse) : undefined;
  if (border !== undefined) return only({ ...focused, held: { kind: 'border', border } });
  if (shown === undefined) return only(listMouse(ui, mouse, body, around));
  const at = textPlace(ui, mouse, shown, around);
  const held: Held = { kind: 'pane', pane: shown.pane.id, at };
  return inPane({ ...focused, held }, mouse, shown, held, around);
}

const letGo = (ui: Ui): Ui => ({ ...ui, held: undefined });

/** What happens over a pane's terminal, or was begun there. */
function inPane(
  ui: Ui,
  mouse: MouseInput,
  shown: ShownPane,
  held: Extract<Held, { kind: 'pane' }> | undefined,
  around: Scene,
): UiStep {
  const { id, interactive } = shown.pane;
  const view = around.pane(id);
  const modes = view.modes();
  const follows = interactive && ui.mode.kind === 'normal' && ui.views[id]?.top === undefined;
  if (follows && modes.mouse !== 'none') {
    const data = mouseData(mouse, shown.content, modes);
    return data === undefined ? only(ui) : send(ui, id, data);
  }
  switch (mouse.action) {
    case 'wheel-up':
    case 'wheel-down': {
      const isUp = mouse.action === 'wheel-up';
      // Nothing to scroll back to there: terminals move such programs by arrow keys.
      if (follows && modes.alternateScreen) {
        return send(ui, id, keyData(isUp ? '\x1b[A' : '\x1b[B', modes).repeat(WHEEL_LINES));
      }
      return only(wheel(ui, id, isUp ? -WHEEL_LINES : WHEEL_LINES, around));
    }
    case 'press':
      return only({ ...ui, mode: NORMAL });
    case 'drag': {
      const at = textPlace(ui, mouse, shown, around);
      if (ui.mode.kind === 'copy') return only({ ...ui, mode: { ...ui.mode, at } });
      const mode: Mode = { kind: 'copy', pane: id, at, anchor: held?.at ?? at };
      const [top] = shownRows(view, ui.views[id] ?? {}, view.rows);
      return only({ ...withScroll(ui, id, { top }), mode });
    }
    case 'release': {
      if (ui.mode.kind !== 'copy' || ui.mode.anchor === undefined) return only(ui);
      const text = selectedText(view, ui.views[id]?.filter, ui.mode.anchor, ui.mode.at);
      const there = { ...scrollRows(ui, id, 0, around), mode: NORMAL };
      return {
        ui: { ...there, message: copiedText(text) },
        effects: [{ kind: 'copy', text }],
      };
    }
  }
}

const send = (ui: Ui, pane: string, data: string): UiStep => ({
  ui,
  effects: [{ kind: 'send', pane, data }],
});

/** The row of a pane's content under the mouse; outside of it the nearest. */
const rowUnder = (mouse: MouseInput, { content }: ShownPane): number =>
  Math.max(0, Math.min(content.rows - 1, mouse.y - content.y));

/** The text under the mouse; outside of the pane the nearest in it. */
function textPlace(ui: Ui, mouse: MouseInput, shown: ShownPane, around: Scene) {
  const { pane, content } = shown;
  const column = Math.max(0, Math.min(content.columns - 1, mouse.x - content.x));
  const view = around.pane(pane.id);
  const rows = shownRows(view, ui.views[pane.id] ?? {}, content.rows);
  return { line: rows[rowUnder(mouse, shown)] ?? rows.at(-1) ?? view.screenTop, column };
}

/** Scrolls; in copy mode the cursor stays in sight, and the pane does not go on by itself. */
function wheel(ui: Ui, id: string, by: number, around: Scene): Ui {
  if (ui.mode.kind !== 'copy' || ui.mode.pane !== id) return scrollRows(ui, id, by, around);
  const pane = around.pane(id);
  const scroll = ui.views[id] ?? {};
  const [before = pane.screenTop] = shownRows(pane, scroll, pane.rows);
  const rows = shownRows(
    pane,
    { ...scroll, top: rowFrom(pane, scroll.filter, before, by) },
    pane.rows,
  );
  const { at } = ui.mode;
  const line = Math.max(rows[0] ?? at.line, Math.min(rows.at(-1) ?? at.line, at.line));
  return { ...withScroll(ui, id, { top: rows[0] }), mode: { ...ui.mode, at: { ...at, line } } };
}

function listMouse(ui: Ui, mouse: MouseInput, body: Rect, around: Scene): Ui {
  const kind = around.windows[ui.window]?.kind;
  if (kind !== 'overview' && kind !== 'problems') return ui;
  const count = kind === 'overview' ? overviewRows(around).length : problemRows(around).length;
  const list = areaBelow(body, LIST_HEADING_ROWS);
  const by = { 'wheel-up': -WHEEL_LINES, 'wheel-down': WHEEL_LINES, press: 0, release: 0, drag: 0 };
  let to = ui.selected[kind] + by[mouse.action];
  if (mouse.action === 'press') {
    if (!holds(list, mouse)) return ui;
    const clicked = firstShown(ui.selected[kind], count, list.rows) + mouse.y - list.y;
    if (clicked < count) to = clicked;
  }
  const selected = Math.max(0, Math.min(count - 1, to));
  return { ...ui, selected: { ...ui.selected, [kind]: selected } };
}

function holds(area: Rect | undefined, { x, y }: MouseInput): boolean {
  return (
    area !== undefined &&
    x >= area.x &&
    x < area.x + area.columns &&
    y >= area.y &&
    y < area.y + area.rows
  );
}
