import type { CellGrid, Rect } from '../util/cell-grid.ts';

/** A place in the emulator's buffer that moves along when older lines are dropped. */
export interface Mark {
  /** Index of the line in the buffer; -1 when it was dropped. */
  line(): number;
  dispose(): void;
}

export interface EmulatorModes {
  /** Which mouse events the program wants: `clicks` are presses, releases and the wheel. */
  readonly mouse: 'none' | 'presses' | 'clicks' | 'drags';
  /** Whether it wants them in SGR coordinates (mode 1006), which know no limit. */
  readonly mouseSgr: boolean;
  readonly bracketedPaste: boolean;
  readonly alternateScreen: boolean;
  /** Arrow keys are `ESC O A` instead of `ESC [ A`. */
  readonly applicationCursor: boolean;
}

/** A terminal without a screen: bytes in, cells out, with scrollback of bounded length. */
export interface Emulator {
  readonly columns: number;
  readonly rows: number;
  /** `done` is called when these bytes have been taken in: the measure for back-pressure. */
  write(data: string | Uint8Array, done?: () => void): void;
  /** Lines that were wrapped are laid out again. */
  resize(columns: number, rows: number): void;
  /** Lines in the buffer, scrollback and screen. */
  lineCount(): number;
  /** Buffer index of the screen's first line. */
  screenTop(): number;
  /** A line's text without trailing blanks. */
  text(line: number): string;
  /** Whether the line goes on from the one before. */
  isWrapped(line: number): boolean;
  /** Copies lines from `top` on into an area of a grid; blank where there are none. */
  draw(top: number, grid: CellGrid, area: Rect): void;
  /** Copies one line into one row of an area. */
  drawLine(line: number, grid: CellGrid, x: number, y: number, columns: number): void;
  /** In screen rows and columns; undefined while the program hides it. */
  cursor(): { readonly x: number; readonly y: number } | undefined;
  modes(): EmulatorModes;
  mark(line: number): Mark;
  /** Forgets the scrollback. */
  clear(): void;
  dispose(): void;
}

export interface EmulatorOptions {
  readonly columns: number;
  readonly rows: number;
  /** Lines kept above the screen. */
  readonly scrollback: number;
  /** Answers that the terminal gives to the program: cursor reports, device attributes. */
  readonly onReply: (data: string) => void;
  /**
   * Only text, its colours and what overwrites the line (progress bars): what would clear the
   * screen, write elsewhere on it, switch to another one or change modes is left out.
   */
  readonly isLog?: boolean;
  readonly onTitle?: (title: string) => void;
  readonly onBell?: () => void;
}

export type CreateEmulator = (options: EmulatorOptions) => Emulator;
