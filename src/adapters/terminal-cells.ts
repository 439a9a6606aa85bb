import type { IBufferCell, IBufferLine } from '@xterm/headless';
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
import type { CellGrid, Color } from '../util/cell-grid.ts';

/**
 * Copies the beginning of a line into a row of the grid; what the line does not have is blank.
 * @param cell one that may be written to: xterm makes a new one for each question otherwise.
 */
export function drawCells(
  line: IBufferLine | undefined,
  cell: IBufferCell,
  grid: CellGrid,
  { x, y, columns }: { readonly x: number; readonly y: number; readonly columns: number },
): void {
  const start = y * grid.columns + x;
  for (let column = 0; column < columns; column += 1) {
    if (line?.getCell(column, cell) === undefined) {
      grid.set(x + column, y, ' ', PLAIN);
      continue;
    }
    const width = cell.getWidth();
    // A wide character that the pane's edge cuts in two is not shown.
    const cut = width === 2 && column + 1 >= columns;
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
