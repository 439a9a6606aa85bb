import { unreachable } from '../../util/unreachable.ts';
import { act } from './act.ts';
import { enterCopy, moveToMatch } from './copy-mode.ts';
import type { KeyInput } from './input.ts';
import { commands, matchingCommands, matchingWindows, promptChoices } from './palette.ts';
import type { Command } from './palette.ts';
import { findFrom, findInAll } from './search.ts';
import { shownRows } from './shown-rows.ts';
import { showWindow } from './show.ts';
import type { Scene } from './scene.ts';
import { NORMAL, focusedPane, withScroll } from './ui.ts';
import type { Mode, UiStep, Ui } from './ui.ts';

type Prompt = Extract<Mode, { kind: 'prompt' }>;

const only = (ui: Ui): UiStep => ({ ui, effects: [] });

/** One key while something is being typed. */
export function promptKey(ui: Ui, mode: Prompt, key: KeyInput, around: Scene): UiStep {
  const edit = (text: string): UiStep => only(withTyped(ui, mode, text));
  const select = (by: number): UiStep => {
    const last = Math.max(0, promptChoices(mode, around).length - 1);
    const selected = Math.max(0, Math.min(last, mode.selected + by));
    return only({ ...ui, mode: { ...mode, selected } });
  };
  switch (key.name) {
    case 'Escape':
    case 'C-c':
    case 'C-g':
      return only({ ...ui, mode: NORMAL });
    case 'Enter':
      return answer({ ...ui, mode: NORMAL }, mode, around);
    case 'Backspace':
      return edit(Array.from(mode.text).slice(0, -1).join(''));
    case 'C-u':
      return edit('');
    case 'C-w':
      return edit(mode.text.replace(/\S+\s*$/, ''));
    case 'Space':
      return edit(`${mode.text} `);
    case 'Tab':
      if (mode.purpose !== 'search' && mode.purpose !== 'search-all') return select(1);
      return only({
        ...ui,
        mode: { ...mode, purpose: mode.purpose === 'search' ? 'search-all' : 'search' },
      });
    case 'Up':
    case 'C-p':
      return select(-1);
    case 'Down':
    case 'C-n':
      return select(1);
    default:
      return isText(key.raw) ? edit(mode.text + key.raw) : only(ui);
  }
}

/** Longest text that is taken: what is pasted may be a whole file. */
const MOST_CHARACTERS = 500;

/** The prompt with another text in it. */
export function withTyped(ui: Ui, mode: Prompt, text: string): Ui {
  return { ...ui, mode: { ...mode, text: text.slice(0, MOST_CHARACTERS), selected: 0 } };
}

const isText = (raw: string): boolean => raw >= ' ' && raw !== '\x7f' && !raw.startsWith('\x1b');

function answer(ui: Ui, mode: Prompt, around: Scene): UiStep {
  switch (mode.purpose) {
    case 'search':
      return only(searchPane(ui, mode.text === '' ? ui.query : mode.text, around));
    case 'search-all':
      return only(searchAll(ui, mode.text === '' ? ui.query : mode.text, around));
    case 'filter': {
      const pane = focusedPane(ui, around);
      if (pane === undefined) return only(ui);
      return only(withScroll(ui, pane.id, { filter: mode.text, top: undefined }));
    }
    case 'window': {
      const found = matchingWindows(around, mode.text);
      const chosen = found[Math.min(mode.selected, found.length - 1)];
      if (chosen === undefined) return only({ ...ui, message: `no window ${mode.text}` });
      return only(showWindow(ui, chosen.window, around));
    }
    case 'palette': {
      const found = matchingCommands(commands(around), mode.text);
      const command = found[Math.min(mode.selected, found.length - 1)];
      if (command === undefined) return only({ ...ui, message: `no command ${mode.text}` });
      return runCommand(ui, command, around);
    }
    default:
      return unreachable(mode.purpose);
  }
}

/** From the newest line up: the first match, in copy mode, with what stands around it. */
function searchPane(ui: Ui, query: string, around: Scene): Ui {
  const focused = focusedPane(ui, around);
  if (focused === undefined) return searchAll(ui, query, around);
  const pane = around.pane(focused.id);
  const scroll = ui.views[focused.id] ?? {};
  const start = (shownRows(pane, scroll, pane.rows).at(-1) ?? pane.screenTop) + 1;
  const found = findFrom(pane, query, start, 'up', scroll.filter);
  if (found === undefined) {
    const where = scroll.filter === undefined ? '' : ` in lines with “${scroll.filter}”`;
    return { ...ui, query, message: `nothing like “${query}”${where}` };
  }
  const copy = enterCopy({ ...ui, query }, focused.id, around);
  return copy.mode.kind === 'copy' ? moveToMatch(copy, copy.mode, found, pane) : copy;
}

function searchAll(ui: Ui, query: string, around: Scene): Ui {
  const matches = findInAll(around, query);
  if (matches.length === 0) return { ...ui, query, message: `nothing like “${query}” anywhere` };
  return { ...ui, query, mode: { kind: 'results', query, matches, selected: 0 } };
}

function runCommand(ui: Ui, { run, title }: Command, around: Scene): UiStep {
  switch (run.kind) {
    case 'action':
      return act(ui, run.action, around);
    case 'window':
      return only(showWindow(ui, run.window, around));
    case 'effect':
      if (run.ask !== undefined) {
        return only({ ...ui, mode: { kind: 'confirm', question: run.ask, effect: run.effect } });
      }
      return { ui: { ...ui, message: title }, effects: [run.effect] };
    default:
      return unreachable(run);
  }
}
