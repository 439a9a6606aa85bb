/**
 * Terminal escape sequences: CSI (colours, cursor), OSC (links, titles) ended by BEL or ST, and the
 * two-character ones.
 */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;

/** Lines as a person would read them: no escape sequences, a carriage return overwrites its line. */
export function plainLines(text: string): readonly string[] {
  return text
    .replace(ESCAPES, '')
    .split(/\r?\n/)
    .map((line) => line.slice(line.lastIndexOf('\r') + 1));
}
