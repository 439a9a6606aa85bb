import xterm from '@xterm/headless';
import type { IBufferCell, IBufferLine, Terminal } from '@xterm/headless';
import type { CreateEmulator, Emulator, EmulatorOptions, Mark } from '../ports/emulator.ts';
import type { CellGrid, Rect } from '../util/cell-grid.ts';
import { drawCells } from './terminal-cells.ts';
import { keepLog, UnnamedModes } from './terminal-modes.ts';
import { useBoundedWidths } from './unicode-widths.ts';

/** By what xterm calls the modes 9, 1000, 1002 and 1003. */
const MOUSE_EVENTS = {
  none: 'none',
  x10: 'presses',
  vt200: 'clicks',
  drag: 'drags',
  any: 'drags',
} as const;

/** `@xterm/headless` as the terminal of a pane, with the character widths of Unicode 11. */
export const createEmulator: CreateEmulator = (options) => new XtermEmulator(options);

class XtermEmulator implements Emulator {
  readonly #terminal: Terminal;
  readonly #cell: IBufferCell;
  readonly #unnamed: UnnamedModes;

  constructor(options: EmulatorOptions) {
    this.#terminal = new xterm.Terminal({
      cols: options.columns,
      rows: options.rows,
      scrollback: options.scrollback,
      allowProposedApi: true,
      logLevel: 'off',
    });
    useBoundedWidths(this.#terminal);
    this.#cell = this.#terminal.buffer.active.getNullCell();
    this.#terminal.onData(options.onReply);
    this.#terminal.onBinary(options.onReply);
    if (options.onTitle !== undefined) this.#terminal.onTitleChange(options.onTitle);
    if (options.onBell !== undefined) this.#terminal.onBell(options.onBell);
    this.#unnamed = new UnnamedModes(this.#terminal);
    if (options.isLog === true) keepLog(this.#terminal.parser);
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  write(data: string | Uint8Array, done?: () => void): void {
    this.#terminal.write(data, done);
  }

  resize(columns: number, rows: number): void {
    if (columns === this.columns && rows === this.rows) return;
    this.#terminal.resize(Math.max(2, columns), Math.max(1, rows));
  }

  lineCount(): number {
    return this.#terminal.buffer.active.length;
  }

  screenTop(): number {
    return this.#terminal.buffer.active.baseY;
  }

  text(line: number): string {
    return this.#line(line)?.translateToString(true) ?? '';
  }

  isWrapped(line: number): boolean {
    return this.#line(line)?.isWrapped ?? false;
  }

  draw(top: number, grid: CellGrid, area: Rect): void {
    for (let row = 0; row < area.rows; row += 1) {
      this.drawLine(top + row, grid, area.x, area.y + row, area.columns);
    }
  }

  drawLine(lineIndex: number, grid: CellGrid, x: number, y: number, columns: number): void {
    if (y < 0 || y >= grid.rows) return;
    const room = Math.min(columns, grid.columns - x);
    drawCells(this.#line(lineIndex), this.#cell, grid, { x, y, columns: room });
  }

  cursor(): { readonly x: number; readonly y: number } | undefined {
    if (this.#unnamed.cursorHidden) return undefined;
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    return { x: Math.min(cursorX, this.columns - 1), y: cursorY };
  }

  modes() {
    const { modes, buffer } = this.#terminal;
    return {
      mouse: MOUSE_EVENTS[modes.mouseTrackingMode],
      mouseSgr: this.#unnamed.mouseSgr,
      bracketedPaste: modes.bracketedPasteMode,
      alternateScreen: buffer.active.type === 'alternate',
      applicationCursor: modes.applicationCursorKeysMode,
    };
  }

  mark(line: number): Mark {
    const { baseY, cursorY, type } = this.#terminal.buffer.active;
    // The alternate screen drops nothing, and xterm marks lines in the normal one only.
    if (type === 'alternate') return { line: () => line, dispose: () => undefined };
    const marker = this.#terminal.registerMarker(line - (baseY + cursorY));
    // Typed as possibly missing for the alternate screen, which was dealt with above.
    return { line: () => marker?.line ?? -1, dispose: () => marker?.dispose() };
  }

  clear(): void {
    this.#terminal.clear();
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  /** xterm takes a line before the first one for one from the end of its ring. */
  #line(index: number): IBufferLine | undefined {
    return index < 0 ? undefined : this.#terminal.buffer.active.getLine(index);
  }
}
