import { counted } from '../../util/counted.ts';
import { findFrom } from './search.ts';
import { shownRows, topFor, topOf } from './shown-rows.ts';
import type { PaneView, Surroundings } from './surroundings.ts';
import { NORMAL, withScroll } from './ui.ts';
import type { Mode, Step, TextPlace, Ui } from './ui.ts';

type CopyMode = Extract<Mode, { kind: 'copy' }>;

/** Copy mode at the pane's cursor, or where it was scrolled to, on all lines again. */
export function enterCopy(ui: Ui, paneId: string, around: Surroundings): Ui {
  const pane = around.pane(paneId);
  const scroll = ui.views[paneId] ?? {};
  if (scroll.filter !== undefined) {
    const rows = shownRows(pane, scroll, pane.rows);
    const line = rows.at(-1) ?? pane.screenTop;
    const top = topFor(pane, line, rows.length - 1);
    const mode = { kind: 'copy', pane: paneId, at: { line, column: 0 } } as const;
    return { ...withScroll(ui, paneId, { top, filter: undefined }), mode };
  }
  const top = topOf(pane, scroll);
  const cursor = pane.cursor() ?? { x: 0, y: pane.rows - 1 };
  const line = top === pane.screenTop ? top + cursor.y : top + pane.rows - 1;
  const at = { line, column: top === pane.screenTop ? cursor.x : 0 };
  return {
    ...withScroll(ui, paneId, { top }),
    mode: { kind: 'copy', pane: paneId, at },
  };
}

/** One key in copy mode: moves as vi and tmux have them. */
export function copyKey(ui: Ui, mode: CopyMode, name: string, around: Surroundings): Step {
  const pane = around.pane(mode.pane);
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
      const text = selectedText(pane, mode.anchor, mode.at);
      return {
        ui: { ...leave(), message: copiedText(text) },
        effects: [{ kind: 'copy', text }],
      };
    }
    case '/':
      return {
        ui: { ...ui, mode: { kind: 'prompt', purpose: 'search', text: '', selected: 0 } },
        effects: [],
      };
    case 'n':
    case 'N': {
      const found = findFrom(pane, ui.query, mode.at.line, name === 'n' ? 'up' : 'down');
      if (found === undefined) return { ui: { ...ui, message: 'no more matches' }, effects: [] };
      return { ui: moveToMatch(ui, mode, found, pane), effects: [] };
    }
    default: {
      const at = moved(mode.at, name, pane);
      return { ui: at === undefined ? ui : moveTo(ui, mode, at, pane), effects: [] };
    }
  }
}

/** Lines that are shown above and below a match. */
const MATCH_CONTEXT = 3;

/** The cursor goes to a match, and what stands around it is seen. */
export function moveToMatch(ui: Ui, mode: CopyMode, to: TextPlace, pane: PaneView): Ui {
  return moveTo(ui, mode, to, pane, Math.min(MATCH_CONTEXT, (pane.rows - 1) >> 1));
}

/** Copy mode with its cursor where the mode says, the pane scrolled so that it is seen. */
export const inSight = (ui: Ui, mode: CopyMode, pane: PaneView): Ui =>
  moveTo(ui, mode, mode.at, pane);

/** The cursor goes to a place, and the pane scrolls so that it is seen. */
function moveTo(ui: Ui, mode: CopyMode, to: TextPlace, pane: PaneView, around = 0): Ui {
  const last = pane.firstLine + pane.lineCount - 1;
  const line = Math.max(pane.firstLine, Math.min(last, to.line));
  const before = topOf(pane, ui.views[mode.pane]);
  const far = line < before - pane.rows || line > before + 2 * pane.rows;
  let top = before;
  // A jump shows what stands around its goal.
  if (far) top = line - Math.floor(pane.rows / 2);
  else if (line < top + around) top = line - around;
  else if (line > top + pane.rows - 1 - around) top = line - pane.rows + 1 + around;
  top = Math.max(pane.firstLine, Math.min(pane.screenTop, top));
  const column = Math.max(0, to.column);
  return { ...withScroll(ui, mode.pane, { top }), mode: { ...mode, at: { line, column } } };
}

function moved(at: TextPlace, name: string, pane: PaneView): TextPlace | undefined {
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
      return { line: line - 1, column };
    case 'Down':
    case 'j':
    case 'wheel-down':
      return { line: line + 1, column };
    case 'PageUp':
    case 'C-b':
      return { line: line - pane.rows, column };
    case 'PageDown':
    case 'C-f':
      return { line: line + pane.rows, column };
    case 'C-u':
      return { line: line - Math.ceil(pane.rows / 2), column };
    case 'C-d':
      return { line: line + Math.ceil(pane.rows / 2), column };
    case 'g':
    case 'Home':
      return { line: pane.firstLine, column: 0 };
    case 'G':
    case 'End':
      return { line: pane.firstLine + pane.lineCount - 1, column: 0 };
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

/** The text between two places, both included; wrapped lines are one line again. */
export function selectedText(pane: PaneView, one: TextPlace, other: TextPlace): string {
  const [from, to] = ordered(one, other);
  // What was dropped meanwhile is gone.
  const first = Math.max(from.line, pane.firstLine);
  let text = '';
  for (let line = first; line <= to.line; line += 1) {
    const chars = pane.chars(line);
    const start = line === from.line ? from.column : 0;
    const end = line === to.line ? to.column + 1 : chars.length;
    const part = chars.slice(start, end).join('');
    const joined = line > first && pane.isWrapped(line);
    const goesOn = line < to.line && pane.isWrapped(line + 1);
    text += `${line > first && !joined ? '\n' : ''}${goesOn ? part : part.trimEnd()}`;
  }
  return text;
}
