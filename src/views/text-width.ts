import stringWidth from 'string-width';

/** Escape sequences that set a colour or a style, as our own painting writes them. */
const STYLE = /\u001b\[[\d;]*m/g;

/**
 * Printable ASCII, and blocks of signs of one column that our own lists are made of: dashes, dots and
 * arrows, mathematics, frames, blocks, ticks and crosses, Braille of spinners. Nothing joins them to
 * one, and none of them is an emoji.
 */
const NARROW =
  /^[ -~\u00a1-\u00a8\u2010-\u2027\u2190-\u2193\u2200-\u22ff\u2500-\u25a9\u25b2-\u25b5\u25bc-\u25bf\u25cb-\u25cf\u2713\u2717\u2800-\u28ff]*$/;

/**
 * How many columns a text takes in a terminal; styles take none. Text that holds nothing but narrow
 * signs is counted at once: the tables of Unicode take longer to load than a short command to run (the build makes `string-width` load late).
 */
export function textWidth(text: string): number {
  const bare = text.includes('\u001b') ? text.replace(STYLE, '') : text;
  return NARROW.test(bare) ? bare.length : stringWidth(text);
}
