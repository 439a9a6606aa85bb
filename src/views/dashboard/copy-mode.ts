import { counted } from '../../util/counted.ts';
import { namedPlace } from './named-place.ts';
import { findFrom } from './search.ts';
import type { FoundPlace } from './search.ts';
import { rowFrom, rowsBetween, shownRows, topFor } from './shown-rows.ts';
import type { PaneView, Scene } from './scene.ts';
import { NORMAL, withScroll } from './ui.ts';
import type { Mode, UiStep, TextPlace, Ui } from './ui.ts';

type CopyMode = Extract<Mode, { kind: 'copy' }>;

/** Copy mode at the pane's cursor, or at the end of what is shown where it stands or is filtered. */
export function enterCopy(ui: Ui, paneId: string, around: Scene): Ui {
  const pane = around.pane(paneId);
  const scroll = ui.views[paneId] ?? {};
  const rows = shownRows(pane, scroll, pane.rows);
  const top = rows[0] ?? pane.screenTop;
  const isLive = scroll.filter === undefined && top === pane.screenTop;
  const cursor = pane.cursor() ?? { x: 0, y: pane.rows - 1 };
  const at = isLive
    ? { line: top + cursor.y, column: cursor.x }
    : { line: rows.at(-1) ?? top, column: 0 };
  return { ...withScroll(ui, paneId, { top }), mode: { kind: 'copy', pane: paneId, at } };
}

/** One key in copy mode: moves as vi and tmux have them. */
export function copyKey(ui: Ui, mode: CopyMode, name: string, around: Scene): UiStep {
  const pane = around.pane(mode.pane);
  const filter = ui.views[mode.pane]?.filter;
  const leave = (): Ui => ({ ...withScroll(ui, mode.pane, { top: undefined }), mode: NORMAL });
  switch (name) {
    case 'q':
    case 'Escape':
    case 'C-c':
      return { ui: leave(), effects: [] };
    case 'v':
    case 'Space':
      return { ui: { ...ui, mode: { ...mode, anchor: mode.at } }, effects: [] };
    case 'V':
      return {
        ui: {
          ...ui,
          mode: {
            ...mode,
            anchor: { line: mode.at.line, column: 0 },
            at: { line: mode.at.line, column: Math.max(0, pane.chars(mode.at.line).length - 1) },
          },
        },
        effects: [],
      };
    case 'y':
    case 'Enter': {
      if (mode.anchor === undefined) return { ui: leave(), effects: [] };
      const text = selectedText(pane, filter, mode.anchor, mode.at);
      return {
        ui: { ...leave(), message: copiedText(text) },
        effects: [{ kind: 'copy', text }],
      };
    }
    case 'e': {
      const found = namedPlace(mode.pane, mode.at, around);
      if (found === undefined) {
        return { ui: { ...ui, message: 'no file and line are named here' }, effects: [] };
      }
      return { ui: leave(), effects: [{ kind: 'edit', ...found }] };
    }
    case '/':
      return {
        ui: { ...ui, mode: { kind: 'prompt', purpose: 'search', text: '', selected: 0 } },
        effects: [],
      };
    case 'n':
    case 'N': {
      const direction = name === 'n' ? 'up' : 'down';
      const found = findFrom(pane, ui.query, mode.at.line, direction, filter);
      if (found === undefined) return { ui: { ...ui, message: 'no more matches' }, effects: [] };
      return { ui: moveToMatch(ui, mode, found, pane), effects: [] };
    }
    case 'F': {
      const rows = shownRows(pane, ui.views[mode.pane] ?? {}, pane.rows);
      const top = topFor(pane, mode.at.line, Math.max(0, rows.indexOf(mode.at.line)));
      return { ui: withScroll(ui, mode.pane, { top, filter: undefined }), effects: [] };
    }
    default: {
      const at = moved(mode.at, name, pane, filter);
      return { ui: at === undefined ? ui : moveTo(ui, mode, at, pane), effects: [] };
    }
  }
}

/** Lines that are shown above and below a match. */
const MATCH_CONTEXT = 3;

/** The cursor goes to a match, and what stands around it is seen. */
export function moveToMatch(ui: Ui, mode: CopyMode, to: FoundPlace, pane: PaneView): Ui {
  const place = { line: to.line, column: to.column };
  const gone = moveTo(ui, mode, place, pane, Math.min(MATCH_CONTEXT, (pane.rows - 1) >> 1));
  return to.isBesides === true
    ? { ...gone, message: `“${ui.query}” is in its other form: J shows it` }
    : gone;
}

/** Copy mode with its cursor where the mode says, the pane scrolled so that it is seen. */
export const inSight = (ui: Ui, mode: CopyMode, pane: PaneView): Ui =>
  moveTo(ui, mode, mode.at, pane);

/** The cursor goes to a place, and the pane scrolls so that it is seen. */
function moveTo(ui: Ui, mode: CopyMode, to: TextPlace, pane: PaneView, around = 0): Ui {
  const scroll = ui.views[mode.pane] ?? {};
  const from = (row: number, by: number): number => rowFrom(pane, scroll.filter, row, by);
  const line = from(to.line, 0);
  let top = shownRows(pane, scroll, pane.rows)[0] ?? pane.screenTop;
  const below = pane.rows - 1 - around;
  // A jump shows what stands around its goal.
  const isFar = line < from(top, -pane.rows) || line > from(top, 2 * pane.rows);
  if (isFar) top = from(line, -Math.floor(pane.rows / 2));
  else if (line < from(top, around)) top = from(line, -around);
  else if (line > from(top, below)) top = from(line, -below);
  const [first] = shownRows(pane, { ...scroll, top }, pane.rows);
  const at = { line, column: Math.max(0, to.column) };
  return { ...withScroll(ui, mode.pane, { top: first ?? top }), mode: { ...mode, at } };
}

function moved(
  at: TextPlace,
  name: string,
  pane: PaneView,
  filter: string | undefined,
): TextPlace | undefined {
  const by = (rows: number): TextPlace => ({
    line: rowFrom(pane, filter, at.line, rows),
    column: Number.isFinite(rows) ? at.column : 0,
  });
  const chars = pane.chars(at.line);
  const end = Math.max(0, chars.length - 1);
  const { line, column } = at;
  switch (name) {
    case 'Left':
    case 'h':
      return { line, column: column - (chars[column - 1] === '' ? 2 : 1) };
    case 'Right':
    case 'l':
      return { line, column: Math.min(end, column + (chars[column + 1] === '' ? 2 : 1)) };
    case 'Up':
    case 'k':
    case 'wheel-up':
      return by(-1);
    case 'Down':
    case 'j':
    case 'wheel-down':
      return by(1);
    case 'PageUp':
    case 'C-b':
      return by(-pane.rows);
    case 'PageDown':
    case 'C-f':
      return by(pane.rows);
    case 'C-u':
      return by(-Math.ceil(pane.rows / 2));
    case 'C-d':
      return by(Math.ceil(pane.rows / 2));
    case 'g':
    case 'Home':
      return by(-Infinity);
    case 'G':
    case 'End':
      return by(Infinity);
    case '0':
    case '^':
      return { line, column: 0 };
    case '$':
      return { line, column: Math.max(0, chars.join('').trimEnd().length - 1) };
    case 'w':
      return { line, column: Math.min(end, nextWord(chars, column)) };
    case 'b':
      return { line, column: previousWord(chars, column) };
    default:
      return undefined;
  }
}

function nextWord(chars: readonly string[], from: number): number {
  let at = from;
  while (at < chars.length && chars[at] !== ' ') at += 1;
  while (at < chars.length && chars[at] === ' ') at += 1;
  return at;
}

function previousWord(chars: readonly string[], from: number): number {
  let at = from - 1;
  while (at > 0 && chars[at] === ' ') at -= 1;
  while (at > 0 && chars[at - 1] !== ' ') at -= 1;
  return Math.max(0, at);
}

/** What is said of a text that was copied. */
export const copiedText = (text: string): string => `copied ${counted(text.length, 'character')}`;

/** The two ends of a selection in the order of the text. */
export function ordered(one: TextPlace, other: TextPlace): readonly [TextPlace, TextPlace] {
  const first = one.line < other.line || (one.line === other.line && one.column <= other.column);
  return first ? [one, other] : [other, one];
}

/**
 * The text between two places, both included; wrapped lines are one line again. Only what is shown:
 * neither lines that a filter leaves out, nor what was dropped meanwhile.
 */
export function selectedText(
  pane: PaneView,
  filter: string | undefined,
  one: TextPlace,
  other: TextPlace,
): string {
  const [from, to] = ordered(one, other);
  let text = '';
  let before: number | undefined;
  for (const line of rowsBetween(pane, filter, from.line, to.line)) {
    const chars = pane.chars(line);
    const start = line === from.line ? from.column : 0;
    const end = line === to.line ? to.column + 1 : chars.length;
    const part = chars.slice(start, end).join('');
    const goesOn = line < to.line && pane.isWrapped(line + 1);
    const isNew = before !== undefined && !(before === line - 1 && pane.isWrapped(line));
    text += `${isNew ? '\n' : ''}${goesOn ? part : part.trimEnd()}`;
    before = line;
  }
  return text;
}
