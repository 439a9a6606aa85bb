import type { Intent } from '../../session/protocol.ts';
import type { Border } from './borders.ts';
import { splitOf } from './layout.ts';
import type { Split } from './layout.ts';
import type { DashboardPane, DashboardWindow, Scene } from './scene.ts';

/** One person's view: which window, where the focus is, what is being typed. Plain data. */
export interface Ui {
  readonly window: number;
  readonly lastWindow: number;
  readonly layouts: readonly WindowUi[];
  readonly mode: Mode;
  readonly views: Readonly<Record<string, PaneScroll>>;
  /** Selected rows of the overview and the problems list. */
  readonly selected: { readonly overview: number; readonly problems: number };
  /** What was searched for last. */
  readonly query: string;
  readonly message: string;
  /** What the mouse button went down on: all until it goes up is about that. */
  readonly held?: Held | undefined;
}

export type Held =
  | { readonly kind: 'pane'; readonly pane: string; readonly at: TextPlace }
  | { readonly kind: 'border'; readonly border: Border };

export interface WindowUi {
  readonly split: Split;
  readonly layout: number;
  readonly focus: number;
  readonly zoomed: boolean;
}

export interface PaneScroll {
  /** The line at the top, while the pane stands still; without it the pane follows its output. */
  readonly top?: number;
  /** Only lines that contain this are shown. */
  readonly filter?: string;
}

export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export interface Match {
  readonly pane: string;
  readonly line: number;
  readonly column: number;
  /** The whole line, and where in it the match begins. */
  readonly text: string;
  readonly at: number;
}

/**
 *     normal ──prefix key──► prefix ──any key──► normal (or the mode that it opens)
 *     normal ──prefix [──► copy ──q, y──► normal
 *     normal ──prefix / : ? …──► prompt, help, confirm ──Enter, Escape──► normal, results or copy
 */
export type Mode =
  | { readonly kind: 'normal' }
  | { readonly kind: 'prefix' }
  | {
      readonly kind: 'prompt';
      readonly purpose: PromptPurpose;
      readonly text: string;
      readonly selected: number;
    }
  | {
      readonly kind: 'copy';
      readonly pane: string;
      readonly at: TextPlace;
      readonly anchor?: TextPlace;
    }
  | {
      readonly kind: 'results';
      readonly query: string;
      readonly matches: readonly Match[];
      readonly selected: number;
    }
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'confirm'; readonly question: string; readonly effect: Effect };

export type PromptPurpose = 'search' | 'search-all' | 'filter' | 'palette' | 'window';

/** A line of a file. The path is absolute on this machine, or relative to the project. */
export interface NamedPlace {
  readonly file: string;
  readonly line: number;
  /** From 1; undefined where the line alone is named. */
  readonly column?: number | undefined;
}

/** What a key leads to outside of the view. */
export type Effect =
  | { readonly kind: 'send'; readonly pane: string; readonly data: string }
  | { readonly kind: 'intent'; readonly intent: Intent }
  | { readonly kind: 'copy'; readonly text: string }
  | ({ readonly kind: 'edit' } & NamedPlace)
  | { readonly kind: 'open-url'; readonly url: string }
  | { readonly kind: 'restart-pane'; readonly pane: string }
  | { readonly kind: 'raw-logs'; readonly pane: string }
  | { readonly kind: 'redraw' | 'detach' | 'suspend' };

/** What input comes to. */
export interface UiStep {
  readonly ui: Ui;
  readonly effects: readonly Effect[];
}

export const NORMAL: Mode = { kind: 'normal' };

/** The view of somebody who just came. */
export function openUi(windows: readonly DashboardWindow[], first: number): Ui {
  return {
    window: first,
    lastWindow: first,
    layouts: windows.map((window) => ({
      split: splitOf(
        window.kind === 'panes' ? window.layout : 'tiled',
        window.kind === 'panes' ? window.panes.length : 1,
      ),
      layout: 0,
      focus: 0,
      zoomed: false,
    })),
    mode: NORMAL,
    views: {},
    selected: { overview: 0, problems: 0 },
    query: '',
    message: '',
  };
}

/** Begins with the wanted window, and says so where there is none of that name. */
export function beginWith(windows: readonly DashboardWindow[], wanted: string | undefined): Ui {
  const found = firstWindow(windows, wanted);
  const ui = openUi(windows, found ?? 0);
  return found === undefined ? { ...ui, message: `there is no window ${wanted ?? ''}` } : ui;
}

/** By name, its beginning, or number; where none is wanted, the first one with panes. */
function firstWindow(
  windows: readonly DashboardWindow[],
  wanted: string | undefined,
): number | undefined {
  const find = (is: (window: DashboardWindow) => boolean): number => windows.findIndex(is);
  if (wanted === undefined)
    return Math.max(
      0,
      find(({ kind }) => kind === 'panes'),
    );
  const exact = find(({ name }) => name === wanted);
  if (exact >= 0) return exact;
  if (/^\d+$/.test(wanted) && Number(wanted) < windows.length) return Number(wanted);
  const beginning = find(({ name }) => name.startsWith(wanted));
  return beginning < 0 ? undefined : beginning;
}

const NO_LAYOUT: WindowUi = {
  split: { kind: 'pane', index: 0 },
  layout: 0,
  focus: 0,
  zoomed: false,
};

export const layoutOf = (ui: Ui): WindowUi => ui.layouts[ui.window] ?? NO_LAYOUT;

export function withLayout(ui: Ui, change: Partial<WindowUi>): Ui {
  return {
    ...ui,
    layouts: ui.layouts.map((layout, at) => (at === ui.window ? { ...layout, ...change } : layout)),
  };
}

/** The pane that has the focus; none in the overview and the problems list. */
export function focusedPane(ui: Ui, around: Scene): DashboardPane | undefined {
  const window = around.windows[ui.window];
  return window?.kind === 'panes' ? window.panes[layoutOf(ui).focus] : undefined;
}

/** The pane's scroll state changed; `undefined` values take a property away. */
export function withScroll(
  ui: Ui,
  pane: string,
  change: { readonly top?: number | undefined; readonly filter?: string | undefined },
): Ui {
  const next = { ...ui.views[pane], ...change };
  const view: PaneScroll = {
    ...(next.top === undefined ? {} : { top: next.top }),
    ...(next.filter === undefined || next.filter === '' ? {} : { filter: next.filter }),
  };
  return { ...ui, views: { ...ui.views, [pane]: view } };
}
