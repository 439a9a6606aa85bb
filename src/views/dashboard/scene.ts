import type { LayoutName } from './layout.ts';
import type { EmulatorModes } from '../../ports/emulator.ts';
import type { PaneDefinition } from '../../model/window.ts';
import type { SessionState } from '../../state/session-state.ts';
import type { CellGrid } from '../../util/cell-grid.ts';

/**
 * A pane's terminal as the dashboard looks at it. Lines have numbers that stay theirs when older
 * ones are dropped: from `firstLine` to `firstLine + lineCount - 1`.
 */
export interface PaneView {
  readonly title: string;
  readonly hasEnded: boolean;
  readonly firstLine: number;
  readonly lineCount: number;
  /** The first line of the live screen. */
  readonly screenTop: number;
  readonly rows: number;
  text(line: number): string;
  /** One string a cell, as in CellGrid. */
  chars(line: number): readonly string[];
  isWrapped(line: number): boolean;
  /** What was logged in one go that a row is of; undefined where nothing was: in other panes than logs. */
  record(line: number): PaneRecord | undefined;
  drawLine(line: number, grid: CellGrid, x: number, y: number, columns: number): void;
  /** On the live screen. */
  cursor(): { readonly x: number; readonly y: number } | undefined;
  /** What its program has asked of the terminal. */
  modes(): EmulatorModes;
}

/** What was logged in one go: a line, or a line with its stack trace. */
export interface PaneRecord {
  /** Numbers of its rows, both included; the first may have been dropped. */
  readonly first: number;
  readonly last: number;
  /**
   * What it is known as besides what is shown: as it came where that is laid out, laid out where that is as it
   * came.
   */
  readonly besides: readonly string[];
}

export interface DashboardPane {
  readonly id: string;
  readonly definition: PaneDefinition | { readonly kind: 'edit'; readonly file: string };
  /** Whether keys go to a program in it. */
  readonly interactive: boolean;
}

export type DashboardWindow =
  | {
      readonly kind: 'panes';
      readonly name: string;
      readonly layout: LayoutName;
      readonly panes: readonly DashboardPane[];
    }
  | { readonly kind: 'overview' | 'problems'; readonly name: string };

/** What a service uses, as the engine last said. */
export interface ServiceStats {
  /** Percent of one core. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
}

/** Everything that the dashboard shows and does not own. */
export interface Scene {
  /** What the engine knows this clone of the project by: `shop`, or `shop-3` beside others. */
  readonly label: string;
  readonly context: string;
  readonly windows: readonly DashboardWindow[];
  readonly state: SessionState;
  /** False while the session cannot be reached. */
  readonly linked: boolean;
  readonly stats: ReadonlyMap<string, ServiceStats>;
  /** By service: its addresses by name, the project's own before its own. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  readonly nowMs: number;
  readonly size: { readonly columns: number; readonly rows: number };
  /** One pane alone, without titles and status line: a real tmux draws those. */
  readonly bare: boolean;
  /** Name of the prefix key: `C-b`. */
  readonly prefix: string;
  pane(id: string): PaneView;
}
