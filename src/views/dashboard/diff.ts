import { colorValue, isPalette, isRgb } from '../../util/cell-grid.ts';
import type { CellGrid, Color } from '../../util/cell-grid.ts';
import { oneLine } from '../../util/terminal-text.ts';
import { nearestPalette16, nearestPalette256, palette16Of256 } from './palette-colors.ts';

/** What the outer terminal can show. */
export interface Capabilities {
  readonly colors: 'truecolor' | '256' | '16' | 'none';
}

/** Where the terminal's own cursor belongs; undefined hides it. */
export type CursorPlace = { readonly x: number; readonly y: number } | undefined;

const CSI = '\x1b[';
/** Synchronised output: the terminal shows the frame at once. Terminals without it ignore both. */
const BEGIN_FRAME = `${CSI}?2026h`;
const END_FRAME = `${CSI}?2026l`;

/**
 * The bytes that turn the terminal showing `prev` into one showing `next`: changed runs only. The
 * empty string when nothing changed and the cursor stays. `prev` undefined draws everything.
 */
export function diff(
  prev: CellGrid | undefined,
  next: CellGrid,
  cursor: { readonly before: CursorPlace; readonly after: CursorPlace },
  capabilities: Capabilities,
): string {
  const same = prev?.columns === next.columns && prev.rows === next.rows ? prev : undefined;
  const pen = new Pen(capabilities);
  if (same === undefined) pen.clear();
  for (let y = 0; y < next.rows; y += 1) drawRow(pen, same, next, y);
  const moved =
    cursor.before?.x !== cursor.after?.x ||
    cursor.before?.y !== cursor.after?.y ||
    (cursor.before === undefined) !== (cursor.after === undefined);
  if (pen.text === '' && !moved) return '';
  return `${BEGIN_FRAME}${CSI}?25l${pen.finish(cursor.after)}${END_FRAME}`;
}

function drawRow(pen: Pen, prev: CellGrid | undefined, next: CellGrid, y: number): void {
  const start = y * next.columns;
  const end = blankFrom(next, y);
  for (let x = 0; x < end; x += 1) {
    const at = start + x;
    if (prev !== undefined && sameCell(prev, next, at)) continue;
    // The right half of a wide character is drawn by its left half.
    if (next.chars[at] === '') {
      if (x > 0 && pen.lastDrawn !== at - 1) pen.cell(next, at - 1, x - 1, y);
      continue;
    }
    pen.cell(next, at, x, y);
  }
  if (end < next.columns && !(prev !== undefined && sameBlank(prev, y, end))) {
    pen.eraseToEnd(end, y);
  }
}

function sameCell(a: CellGrid, b: CellGrid, at: number): boolean {
  return (
    a.chars[at] === b.chars[at] &&
    a.fg[at] === b.fg[at] &&
    a.bg[at] === b.bg[at] &&
    a.attributes[at] === b.attributes[at]
  );
}

const isBlank = (grid: CellGrid, at: number): boolean =>
  grid.chars[at] === ' ' && grid.fg[at] === 0 && grid.bg[at] === 0 && grid.attributes[at] === 0;

/** The column from which a row holds nothing but blanks in the terminal's own colours. */
function blankFrom(grid: CellGrid, y: number): number {
  let x = grid.columns;
  while (x > 0 && isBlank(grid, y * grid.columns + x - 1)) x -= 1;
  return x;
}

function sameBlank(prev: CellGrid, y: number, from: number): boolean {
  for (let x = from; x < prev.columns; x += 1) {
    if (!isBlank(prev, y * prev.columns + x)) return false;
  }
  return true;
}

/** Writes cells, and knows where the terminal's cursor and colours are, to say only what changes. */
class Pen {
  text = '';
  lastDrawn = -1;
  readonly #colors: Capabilities['colors'];
  #x = -1;
  #y = -1;
  #fg = -1;
  #bg = -1;
  #attributes = -1;

  constructor(capabilities: Capabilities) {
    this.#colors = capabilities.colors;
  }

  clear(): void {
    this.text += `${CSI}0m${CSI}2J`;
  }

  cell(grid: CellGrid, at: number, x: number, y: number): void {
    this.#move(x, y);
    this.#style(grid.fg[at] ?? 0, grid.bg[at] ?? 0, grid.attributes[at] ?? 0);
    const char = grid.chars[at] ?? ' ';
    this.text += cellText(char);
    this.lastDrawn = at;
    // Terminals disagree on how wide some graphemes are: say the place again after such a one.
    const certain = char.length === 1 && char.charCodeAt(0) < 0x300;
    this.#x = certain && x + 1 < grid.columns ? x + 1 : -1;
  }

  eraseToEnd(x: number, y: number): void {
    this.#move(x, y);
    this.#style(0, 0, 0);
    this.text += `${CSI}K`;
  }

  finish(cursor: CursorPlace): string {
    if (this.#attributes > 0 || this.#fg > 0 || this.#bg > 0) this.text += `${CSI}0m`;
    if (cursor === undefined) return this.text;
    return `${this.text}${CSI}${cursor.y + 1};${cursor.x + 1}H${CSI}?25h`;
  }

  #move(x: number, y: number): void {
    if (this.#x === x && this.#y === y) return;
    this.text += `${CSI}${y + 1};${x + 1}H`;
    this.#x = x;
    this.#y = y;
  }

  #style(fg: Color, bg: Color, attributes: number): void {
    if (fg === this.#fg && bg === this.#bg && attributes === this.#attributes) return;
    const codes = ['0'];
    for (const [bit, code] of ATTRIBUTE_CODES) if ((attributes & bit) !== 0) codes.push(code);
    if (fg !== 0) codes.push(...colorCodes(fg, 30, this.#colors));
    if (bg !== 0) codes.push(...colorCodes(bg, 40, this.#colors));
    this.text += `${CSI}${codes.join(';')}m`;
    this.#fg = fg;
    this.#bg = bg;
    this.#attributes = attributes;
  }
}

/**
 * A cell's character, whatever it came from: panes keep what is written with a character and not
 * seen (writing direction, tags) in its cell, and names are not ours.
 */
function cellText(char: string): string {
  const code = char.length === 1 ? char.charCodeAt(0) : 0;
  if (code >= 0x20 && code < 0x7f) return char;
  // What was joined to it would take room of its own without the joiner.
  return oneLine(char.split('\u200d')[0] ?? '') || ' ';
}

const ATTRIBUTE_CODES: readonly (readonly [number, string])[] = [
  [1, '1'],
  [2, '2'],
  [4, '3'],
  [8, '4'],
  [16, '5'],
  [32, '7'],
  [64, '8'],
  [128, '9'],
];

/** SGR parameters of a colour; `base` is 30 for the foreground, 40 for the background. */
function colorCodes(color: Color, base: 30 | 40, colors: Capabilities['colors']): string[] {
  if (colors === 'none') return [];
  const value = colorValue(color);
  if (isRgb(color)) {
    if (colors === 'truecolor') {
      return [
        String(base + 8),
        '2',
        String(value >> 16),
        String((value >> 8) & 255),
        String(value & 255),
      ];
    }
    return colors === '256'
      ? [String(base + 8), '5', String(nearestPalette256(value))]
      : [ansi16(nearestPalette16(value), base)];
  }
  if (!isPalette(color)) return [];
  if (value < 16) return [ansi16(value, base)];
  return colors === '16'
    ? [ansi16(palette16Of256(value), base)]
    : [String(base + 8), '5', String(value)];
}

const ansi16 = (index: number, base: 30 | 40): string =>
  String(index < 8 ? base + index : base + 60 + index - 8);
