import xterm from '@xterm/headless';
import type { IBufferCell, IBufferLine, Terminal } from '@xterm/headless';
import type { CreateEmulator, Emulator, EmulatorOptions, Mark } from '../ports/emulator.ts';
import {
  BLINK,
  BOLD,
  DEFAULT_COLOR,
  DIM,
  HIDDEN,
  INVERSE,
  ITALIC,
  PLAIN,
  STRIKE,
  UNDERLINE,
  paletteColor,
  rgbColor,
} from '../util/cell-grid.ts';
import type { CellGrid, Color, Rect } from '../util/cell-grid.ts';
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
  #cursorHidden = false;
  #mouseSgr = false;

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
    this.#followModes();
    if (options.isLog === true) this.#keepLog();
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
    const line = this.#line(lineIndex);
    const cell = this.#cell;
    const start = y * grid.columns + x;
    const room = Math.min(columns, grid.columns - x);
    for (let column = 0; column < room; column += 1) {
      if (line?.getCell(column, cell) === undefined) {
        grid.set(x + column, y, ' ', PLAIN);
        continue;
      }
      const width = cell.getWidth();
      // A wide character that the pane's edge cuts in two is not shown.
      const cut = width === 2 && column + 1 >= room;
      const at = start + column;
      grid.chars[at] = width === 0 ? '' : cut ? ' ' : cell.getChars() || ' ';
      if (cell.isAttributeDefault()) {
        grid.fg[at] = DEFAULT_COLOR;
        grid.bg[at] = DEFAULT_COLOR;
        grid.attributes[at] = 0;
      } else {
        grid.fg[at] = foreground(cell);
        grid.bg[at] = background(cell);
        grid.attributes[at] = attributes(cell);
      }
    }
  }

  cursor(): { readonly x: number; readonly y: number } | undefined {
    if (this.#cursorHidden) return undefined;
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    return { x: Math.min(cursorX, this.columns - 1), y: cursorY };
  }

  modes() {
    const { modes, buffer } = this.#terminal;
    return {
      mouse: MOUSE_EVENTS[modes.mouseTrackingMode],
      mouseSgr: this.#mouseSgr,
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

  /** Two modes are not in xterm's public interface: watch the sequences that set them. */
  #followModes(): void {
    const watch = (on: boolean) => (params: (number | number[])[]) => {
      if (params.includes(25)) this.#cursorHidden = !on;
      if (params.includes(1006)) this.#mouseSgr = on;
      // Who leaves a screen that he is not on must not move the cursor either.
      return !on && params.join() === '1049' && this.#terminal.buffer.active.type === 'normal';
    };
    this.#terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, watch(true));
    this.#terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, watch(false));
    this.#terminal.parser.registerEscHandler({ final: 'c' }, () => {
      this.#cursorHidden = false;
      this.#mouseSgr = false;
      return false;
    });
  }

  /** Handlers that were registered last are asked first; what they answer `true` to is done. */
  #keepLog(): void {
    const { parser } = this.#terminal;
    const leaveOut = (): boolean => true;
    // Places, scroll regions, saved cursors, inserted and deleted lines, scrolling.
    for (const final of ['H', 'f', 'd', 'r', 's', 'u', 'L', 'M', 'S', 'T']) {
      parser.registerCsiHandler({ final }, leaveOut);
    }
    for (const final of ['h', 'l']) parser.registerCsiHandler({ prefix: '?', final }, leaveOut);
    // Below the cursor there is nothing in a log; all else would be lost.
    parser.registerCsiHandler({ final: 'J' }, ([what]) => what !== undefined && what !== 0);
    for (const final of ['c', '7', '8', 'M']) parser.registerEscHandler({ final }, leaveOut);
    parser.registerEscHandler({ intermediates: '#', final: '8' }, leaveOut);
  }
}

function foreground(cell: IBufferCell): Color {
  if (cell.isFgRGB()) return rgbColor(cell.getFgColor());
  return cell.isFgPalette() ? paletteColor(cell.getFgColor()) : DEFAULT_COLOR;
}

function background(cell: IBufferCell): Color {
  if (cell.isBgRGB()) return rgbColor(cell.getBgColor());
  return cell.isBgPalette() ? paletteColor(cell.getBgColor()) : DEFAULT_COLOR;
}

function attributes(cell: IBufferCell): number {
  return (
    (cell.isBold() ? BOLD : 0) |
    (cell.isDim() ? DIM : 0) |
    (cell.isItalic() ? ITALIC : 0) |
    (cell.isUnderline() ? UNDERLINE : 0) |
    (cell.isBlink() ? BLINK : 0) |
    (cell.isInverse() ? INVERSE : 0) |
    (cell.isInvisible() ? HIDDEN : 0) |
    (cell.isStrikethrough() ? STRIKE : 0)
  );
}
