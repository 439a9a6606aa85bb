/**
 * A screenful of character cells in flat arrays: what panes, borders and lists are drawn into, and
 * what is compared with the frame before. Knows nothing of terminals' escape sequences.
 */

/** Colours are one number: 0 is the terminal's own, else a palette index or 24-bit RGB with a tag. */
export type Color = number;
export const DEFAULT_COLOR: Color = 0;
const PALETTE_TAG = 0x1000000;
const RGB_TAG = 0x2000000;

/** A colour of the terminal's palette, 0–255. */
export const paletteColor = (index: number): Color => PALETTE_TAG | index;
/** A 24-bit colour, `0xRRGGBB`. */
export const rgbColor = (rgb: number): Color => RGB_TAG | rgb;
export const isPalette = (color: Color): boolean => (color & PALETTE_TAG) !== 0;
export const isRgb = (color: Color): boolean => (color & RGB_TAG) !== 0;
/** The palette index or `0xRRGGBB`. */
export const colorValue = (color: Color): number => color & 0xffffff;

/** Attribute bits of a cell. */
export const BOLD = 1;
export const DIM = 2;
export const ITALIC = 4;
export const UNDERLINE = 8;
export const BLINK = 16;
export const INVERSE = 32;
export const HIDDEN = 64;
export const STRIKE = 128;

export interface Style {
  readonly fg: Color;
  readonly bg: Color;
  /** Attribute bits, ored. */
  readonly attributes: number;
}

export const PLAIN: Style = { fg: DEFAULT_COLOR, bg: DEFAULT_COLOR, attributes: 0 };

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly rows: number;
}

/** Character cells, row after row. The right half of a wide character holds the empty string. */
export class CellGrid {
  readonly columns: number;
  readonly rows: number;
  /** One grapheme a cell: `' '` where nothing is, `''` for the right half of a wide one. */
  readonly chars: string[];
  readonly fg: Uint32Array;
  readonly bg: Uint32Array;
  readonly attributes: Uint16Array;

  constructor(columns: number, rows: number) {
    const size = columns * rows;
    this.columns = columns;
    this.rows = rows;
    this.chars = new Array<string>(size).fill(' ');
    this.fg = new Uint32Array(size);
    this.bg = new Uint32Array(size);
    this.attributes = new Uint16Array(size);
  }

  /** Writes one cell; outside of the grid nothing happens. */
  set(x: number, y: number, char: string, style: Style): void {
    if (x < 0 || y < 0 || x >= this.columns || y >= this.rows) return;
    const at = y * this.columns + x;
    this.chars[at] = char;
    this.fg[at] = style.fg;
    this.bg[at] = style.bg;
    this.attributes[at] = style.attributes;
  }

  fill(area: Rect, style: Style = PLAIN, char = ' '): void {
    const right = Math.min(area.x + area.columns, this.columns);
    const bottom = Math.min(area.y + area.rows, this.rows);
    for (let y = Math.max(0, area.y); y < bottom; y += 1) {
      for (let x = Math.max(0, area.x); x < right; x += 1) this.set(x, y, char, style);
    }
  }

  /** Ors attribute bits into a run of cells: selections, matches. */
  mark(x: number, y: number, columns: number, attributes: number): void {
    if (y < 0 || y >= this.rows) return;
    const right = Math.min(x + columns, this.columns);
    for (let at = Math.max(0, x); at < right; at += 1) {
      const cell = y * this.columns + at;
      this.attributes[cell] = (this.attributes[cell] ?? 0) ^ attributes;
    }
  }

  /** Recolours a run of cells and keeps their characters. */
  paint(x: number, y: number, columns: number, style: Style): void {
    if (y < 0 || y >= this.rows) return;
    const right = Math.min(x + columns, this.columns);
    for (let at = Math.max(0, x); at < right; at += 1) {
      const cell = y * this.columns + at;
      this.fg[cell] = style.fg;
      this.bg[cell] = style.bg;
      this.attributes[cell] = style.attributes;
    }
  }

  copyFrom(other: CellGrid): void {
    for (let at = 0; at < this.chars.length; at += 1) this.chars[at] = other.chars[at] ?? ' ';
    this.fg.set(other.fg);
    this.bg.set(other.bg);
    this.attributes.set(other.attributes);
  }

  /** A row's text as a person reads it, without trailing blanks. */
  rowText(y: number): string {
    const start = y * this.columns;
    return this.chars
      .slice(start, start + this.columns)
      .join('')
      .trimEnd();
  }
}
