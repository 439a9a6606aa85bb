/**
 * Strings to the terminal (OSC, DCS, APC, PM, SOS: titles, clipboard, hyperlinks), ended or broken
 * off; then CSI sequences, then all other escapes, then single control characters.
 */
const STRINGS =
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x18\x1a\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?/g;
const CSI = /(?:\x1b\[|\x9b)([0-?]*)[ -/]*([@-~]?)/g;
const ESCAPES = /\x1b(?!\[[\d;:]*m)[ -/]*[0-~]?/g;
const CONTROLS = /[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g;
const COLOURS = /^[\d;:]*$/;

/**
 * A line of somebody else's program, for a terminal that is not that program's: its colours stay, if
 * they are wanted. What would move the cursor, ring, ask the terminal something or write its title or
 * clipboard is left out, and of a line that was written over, what stood there at last is shown.
 */
export function tamed(line: string, color: boolean): string {
  const plain = line
    .replace(STRINGS, '')
    .replace(CSI, (_all, parameters: string, final: string) =>
      color && final === 'm' && COLOURS.test(parameters) ? `\x1b[${parameters}m` : '',
    )
    .replace(ESCAPES, '');
  const last = plain.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  const text = last.replace(CONTROLS, '');
  // Colours end with the line.
  return text.includes('\x1b') ? `${text}\x1b[0m` : text;
}
