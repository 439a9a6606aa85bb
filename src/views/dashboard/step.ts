import { unreachable } from '../../util/unreachable.ts';
import { act } from './act.ts';
import { PLAIN_KEYS, PREFIX_KEYS, helpLines } from './bindings.ts';
import { copyKey, enterCopy } from './copy-mode.ts';
import { geometry } from './geometry.ts';
import type { TerminalInput, KeyInput } from './input.ts';
import { mouseStep } from './mouse.ts';
import { keyData } from './program-input.ts';
import { promptKey, withTyped } from './prompt.ts';
import { showWindow } from './show.ts';
import type { Scene } from './scene.ts';
import { NORMAL, focusedPane } from './ui.ts';
import type { Mode, UiStep, Ui } from './ui.ts';

/** What one piece of input does to a person's view, and what it asks of the world. Pure. */
export function uiStep(ui: Ui, input: TerminalInput, around: Scene): UiStep {
  const quiet = ui.message === '' ? ui : { ...ui, message: '' };
  switch (input.kind) {
    case 'key':
      return keyStep(quiet, input, around);
    case 'mouse':
      return mouseStep(quiet, input, around);
    case 'paste':
      return paste(quiet, input.text, around);
    default:
      return unreachable(input);
  }
}

function keyStep(ui: Ui, key: KeyInput, around: Scene): UiStep {
  const { mode } = ui;
  switch (mode.kind) {
    case 'normal':
      return normalKey(ui, key, around);
    case 'prefix':
      return prefixKey({ ...ui, mode: NORMAL }, key, around);
    case 'prompt':
      return promptKey(ui, mode, key, around);
    case 'copy':
      if (key.name === around.prefix) return only({ ...ui, mode: { kind: 'prefix' } });
      return copyKey(ui, mode, key.name, around);
    case 'results':
      return resultsKey(ui, mode, key.name, around);
    case 'help':
      return helpKey(ui, mode, key.name, around);
    case 'confirm':
      return key.name === 'y' || key.name === 'Y'
        ? { ui: { ...ui, mode: NORMAL }, effects: [mode.effect] }
        : only({ ...ui, mode: NORMAL, message: 'not done' });
    default:
      return unreachable(mode);
  }
}

const only = (ui: Ui): UiStep => ({ ui, effects: [] });

function normalKey(ui: Ui, key: KeyInput, around: Scene): UiStep {
  if (key.name === around.prefix) return only({ ...ui, mode: { kind: 'prefix' } });
  const pane = focusedPane(ui, around);
  if (pane?.interactive === true && followsOutput(ui, pane.id)) {
    const data = keyData(key.raw, around.pane(pane.id).modes());
    return { ui, effects: [{ kind: 'send', pane: pane.id, data }] };
  }
  if (/^[0-9]$/.test(key.name)) return act(ui, `window-${Number(key.name)}`, around);
  if (key.name === 'Escape') return only(ui);
  const action = PLAIN_KEYS[key.name];
  return action === undefined ? only(ui) : act(ui, action, around);
}

/** A pane that was scrolled, paused or filtered takes scroll keys until it follows again. */
function followsOutput(ui: Ui, pane: string): boolean {
  const view = ui.views[pane];
  return view?.top === undefined && view?.filter === undefined;
}

function prefixKey(ui: Ui, key: KeyInput, around: Scene): UiStep {
  const pane = focusedPane(ui, around);
  if (key.name === around.prefix) {
    if (pane === undefined) return only(ui);
    return { ui, effects: [{ kind: 'send', pane: pane.id, data: key.raw }] };
  }
  if (/^[0-9]$/.test(key.name)) return act(ui, `window-${Number(key.name)}`, around);
  const action = PREFIX_KEYS[key.name];
  if (action === undefined) {
    return only({ ...ui, message: `${around.prefix} ${key.name} means nothing; ? for help` });
  }
  return act(ui, action, around);
}

function paste(ui: Ui, text: string, around: Scene): UiStep {
  if (ui.mode.kind === 'prompt') {
    const line = /^[^\r\n]*/.exec(text)?.[0] ?? '';
    return only(withTyped(ui, ui.mode, ui.mode.text + line));
  }
  const pane = focusedPane(ui, around);
  if (ui.mode.kind !== 'normal' || pane?.interactive !== true) return only(ui);
  const marked = around.pane(pane.id).modes().bracketedPaste;
  // Terminals paste line ends as Return; a marker inside the text could end the paste early.
  const clean = text.replaceAll('\x1b[201~', '').replaceAll(/\r?\n/g, '\r');
  const data = marked ? `\x1b[200~${clean}\x1b[201~` : clean;
  return { ui, effects: [{ kind: 'send', pane: pane.id, data }] };
}

function resultsKey(
  ui: Ui,
  mode: Extract<Mode, { kind: 'results' }>,
  name: string,
  around: Scene,
): UiStep {
  const last = mode.matches.length - 1;
  const to = (selected: number): UiStep =>
    only({ ...ui, mode: { ...mode, selected: Math.max(0, Math.min(last, selected)) } });
  switch (name) {
    case 'Up':
    case 'k':
    case 'N':
      return to(mode.selected - 1);
    case 'Down':
    case 'j':
    case 'n':
      return to(mode.selected + 1);
    case 'PageUp':
      return to(mode.selected - 10);
    case 'PageDown':
      return to(mode.selected + 10);
    case 'Enter':
      return only(showMatch(ui, mode, around));
    case 'q':
    case 'Escape':
    case 'C-c':
      return only({ ...ui, mode: NORMAL });
    default:
      return only(ui);
  }
}

/** Goes to the window, pane and line of the chosen result, in copy mode. */
function showMatch(ui: Ui, mode: Extract<Mode, { kind: 'results' }>, around: Scene): Ui {
  const match = mode.matches[mode.selected];
  if (match === undefined) return { ...ui, mode: NORMAL };
  const window = around.windows.findIndex(
    (one) => one.kind === 'panes' && one.panes.some(({ id }) => id === match.pane),
  );
  const target = around.windows[window];
  if (target?.kind !== 'panes') return { ...ui, mode: NORMAL };
  const focus = target.panes.findIndex(({ id }) => id === match.pane);
  const there: Ui = {
    ...showWindow(ui, window, around),
    query: mode.query,
    layouts: ui.layouts.map((layout, at) => (at === window ? { ...layout, focus } : layout)),
  };
  const copy = enterCopy(there, match.pane, around);
  if (copy.mode.kind !== 'copy') return copy;
  const pane = around.pane(match.pane);
  const top = Math.max(pane.firstLine, Math.min(pane.screenTop, match.line - (pane.rows >> 1)));
  return {
    ...copy,
    views: { ...copy.views, [match.pane]: { top } },
    mode: { ...copy.mode, at: { line: match.line, column: match.column } },
  };
}

function helpKey(
  ui: Ui,
  mode: Extract<Mode, { kind: 'help' }>,
  name: string,
  around: Scene,
): UiStep {
  const page = Math.max(1, around.size.rows - 4);
  const moves: Readonly<Record<string, number>> = {
    Up: -1,
    k: -1,
    Down: 1,
    j: 1,
    PageUp: -page,
    PageDown: page,
    Space: page,
  };
  const by = moves[name];
  if (by === undefined) return only({ ...ui, mode: NORMAL });
  const { body } = geometry(undefined, ui, around);
  const last = Math.max(0, helpLines(around.prefix).length - Math.max(0, body.rows - 2));
  return only({ ...ui, mode: { ...mode, top: Math.max(0, Math.min(last, mode.top + by)) } });
}
