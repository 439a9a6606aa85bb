import { Unicode11Addon } from '@xterm/addon-unicode11';
import type { IUnicodeVersionProvider, Terminal } from '@xterm/headless';

/** So many marks are joined to one character; what comes then stands in a cell of its own. */
const MOST_MARKS = 16;

/** How xterm packs what it knows of a character: state, width (2 bits), joined or not (1 bit). */
const STATE_SHIFT = 3;
const WIDTH_SHIFT = 1;
const JOINED = 1;

/**
 * The character widths of Unicode 11, with a bound to combining marks: without one a program that
 * prints nothing else makes a single cell of megabytes, kept and drawn again with every frame.
 */
class BoundedWidths implements IUnicodeVersionProvider {
  readonly version = '11-bounded';
  readonly #widths: IUnicodeVersionProvider;

  constructor(widths: IUnicodeVersionProvider) {
    this.#widths = widths;
  }

  wcwidth(codepoint: number): 0 | 1 | 2 {
    return this.#widths.wcwidth(codepoint);
  }

  charProperties(codepoint: number, preceding: number): number {
    const properties = this.#widths.charProperties(codepoint, preceding);
    if ((properties & JOINED) === 0) return properties;
    // The widths know no state of their own: it counts the marks so far.
    const marks = (preceding >> STATE_SHIFT) + 1;
    return marks > MOST_MARKS ? 1 << WIDTH_SHIFT : properties | (marks << STATE_SHIFT);
  }
}

/** Makes a terminal count widths so. */
export function useBoundedWidths({ unicode }: Pick<Terminal, 'unicode'>): void {
  const register = (widths: IUnicodeVersionProvider): void =>
    unicode.register(new BoundedWidths(widths));
  // The add-on hands its table to whatever is given to it as a terminal, and uses nothing else of it.
  new Unicode11Addon().activate({ unicode: { register } });
  unicode.activeVersion = '11-bounded';
}
