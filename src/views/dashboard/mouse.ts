import type { Rect } from '../../util/cell-grid.ts';
import { scrollTo, showWindow } from './act.ts';
import { selectedText } from './copy-mode.ts';
import { geometry } from './geometry.ts';
import type { ShownPane } from './geometry.ts';
import type { MouseInput } from './input.ts';
import { windowTabs } from './status-line.ts';
import type { Surroundings } from './surroundings.ts';
import { NORMAL, withLayout, withScroll } from './ui.ts';
import type { Step, Ui } from './ui.ts';

/** Lines that one notch of the wheel scrolls. */
const WHEEL_LINES = 3;

const only = (ui: Ui): Step => ({ ui, effects: [] });

/** Click: focus, or a window by its name. Wheel: scroll. Drag: select, and copy when let go. */
export function mouseStep(ui: Ui, mouse: MouseInput, around: Surroundings): Step {
  if (ui.mode.kind !== 'normal' && ui.mode.kind !== 'copy') return only(ui);
  const { panes, statusRow, body } = geometry(around.windows[ui.window], ui, around);
  if (mouse.y === statusRow) {
    if (mouse.action !== 'press') return only(ui);
    const tab = windowTabs(ui, around).find(
      ({ x, text }) => mouse.x >= x && mouse.x < x + text.length,
    );
    return only(tab === undefined ? ui : showWindow(ui, tab.window, around));
  }
  const shown = panes.find(({ title, content }) => holds(content, mouse) || holds(title, mouse));
  if (shown === undefined) return only(listClick(ui, mouse, body, around));
  const view = around.pane(shown.pane.id);
  const focused = mouse.action === 'press' ? withLayout(ui, { focus: shown.index }) : ui;
  if (shown.pane.interactive && view.wantsMouse && ui.views[shown.pane.id]?.top === undefined) {
    const data = report(mouse, shown.content);
    return data === undefined
      ? only(focused)
      : { ui: focused, effects: [{ kind: 'send', pane: shown.pane.id, data }] };
  }
  return paneMouse(focused, mouse, shown, around);
}

function paneMouse(ui: Ui, mouse: MouseInput, shown: ShownPane, around: Surroundings): Step {
  const { id } = shown.pane;
  const view = around.pane(id);
  const top = ui.views[id]?.top ?? view.screenTop;
  const column = Math.max(0, Math.min(shown.content.columns - 1, mouse.x - shown.content.x));
  const row = Math.max(0, Math.min(shown.content.rows - 1, mouse.y - shown.content.y));
  const at = { line: top + row, column };
  switch (mouse.action) {
    case 'wheel-up':
      return only(scrollTo(ui, id, top - WHEEL_LINES, around));
    case 'wheel-down':
      return only(scrollTo(ui, id, top + WHEEL_LINES, around));
    case 'press':
      return only({ ...ui, mode: NORMAL, pressed: at });
    case 'drag':
      if (ui.mode.kind === 'copy') return only({ ...ui, mode: { ...ui.mode, at } });
      return only({
        ...withScroll(ui, id, { top }),
        mode: { kind: 'copy', pane: id, at, anchor: ui.pressed ?? at },
      });
    case 'release': {
      if (ui.mode.kind !== 'copy' || ui.mode.anchor === undefined) return only(ui);
      const text = selectedText(view, ui.mode.anchor, ui.mode.at);
      const there = { ...scrollTo(ui, id, top, around), mode: NORMAL };
      return {
        ui: { ...there, message: `copied ${text.length} characters` },
        effects: [{ kind: 'copy', text }],
      };
    }
  }
}

function listClick(ui: Ui, mouse: MouseInput, body: Rect, around: Surroundings): Ui {
  const kind = around.windows[ui.window]?.kind;
  if (kind !== 'overview' && kind !== 'problems') return ui;
  const by = { 'wheel-up': -WHEEL_LINES, 'wheel-down': WHEEL_LINES, press: 0, release: 0, drag: 0 };
  const moved = ui.selected[kind] + by[mouse.action];
  // Rows begin below the heading; long lists keep the selection in sight, so only short ones match.
  const clicked = mouse.action === 'press' ? mouse.y - body.y - 2 : moved;
  return { ...ui, selected: { ...ui.selected, [kind]: Math.max(0, clicked) } };
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

/** The event as a program expects it, its own corner being 1, 1. */
function report(mouse: MouseInput, area: Rect): string | undefined {
  const x = mouse.x - area.x + 1;
  const y = mouse.y - area.y + 1;
  if (x < 1 || y < 1) return undefined;
  const codes = {
    press: mouse.button,
    release: mouse.button,
    drag: mouse.button + 32,
    'wheel-up': 64,
    'wheel-down': 65,
  };
  return `\x1b[<${codes[mouse.action]};${x};${y}${mouse.action === 'release' ? 'm' : 'M'}`;
}
