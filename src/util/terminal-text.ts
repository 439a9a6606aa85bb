/**
 * What may reach a person's terminal: text, and its colours and styles. Nothing else of what programs,
 * files and strangers wrote: no other escape sequence, no control character, nothing that is not seen.
 */
import { StyleState } from './terminal-styles.ts';

/**
 * Strings to the terminal (OSC, DCS, APC, PM, SOS: titles, clipboard, hyperlinks), ended or broken
 * off; CSI sequences; other escapes; single control characters; characters that are not seen but
 * change how others are (writing direction, joiners, tags). Looked for in one pass: what is left
 * when one is taken out must not make up another one.
 */
function dangerous(): RegExp {
  return /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x0a\x18\x1a\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|(?<csi>(?:\x1b\[|\x9b)(?<parameters>[0-?]*)(?<between>[ -/]*)(?<final>[@-~]?))|\x1b[ -/]*[0-~]?|[\x00-\x08\x0b-\x1f\x7f-\x9f]|(?![\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]|(?<half>\p{Surrogate})/gu;
}

/** Made on first use: V8 takes six milliseconds to make it, and most texts never need it. */
let pattern: RegExp | undefined;

/** Nothing in a text of these has to be looked at; most are. */
const HARMLESS = /^[\t\n\x20-\x7e]*$/;

/** What ends a line somewhere: in a file's name it must not end one of ours. */
const LINE_ENDS = /(?:\r\n|[\n\r\v\f\x85\u2028\u2029])+/g;

/** So much of a program's line is shown on a terminal. */
const SHOWN_LENGTH = 10_000;

function cleanLine(line: string, color: boolean): string {
  if (HARMLESS.test(line)) return line;
  const styles = new StyleState();
  pattern ??= dangerous();
  const text = line.replace(pattern, (...match: unknown[]) => {
    const groups = match.at(-1) as Readonly<Record<string, string | undefined>>;
    // Half a character must not meet its other half where something between them was taken out.
    if (groups['half'] !== undefined) return '\ufffd';
    const isStyle = color && groups['final'] === 'm' && groups['between'] === '';
    return isStyle ? styles.take(groups['parameters'] ?? '') : '';
  });
  // Colours end with their line.
  return styles.isPlain ? text : `${text}\x1b[0m`;
}

/**
 * Text for a terminal, in lines. The last hand that all of our output goes through: whatever a
 * service, a file's name or an answer had in it.
 *
 * @param color whether colours and styles stay
 */
export function terminalText(text: string, color: boolean): string {
  if (HARMLESS.test(text)) return text;
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => cleanLine(line, color))
    .join('\n');
}

/**
 * A line that a program wrote, for a terminal that is not the program's. Of a line that was written
 * over (a progress bar), what stood there at last; of one that is far too long, the beginning.
 *
 * @param color whether its colours and styles stay
 * @param longest in characters
 */
export function outputLine(line: string, color: boolean, longest = SHOWN_LENGTH): string {
  const last =
    line
      .replace(/[\r\n]+$/, '')
      .split('\r')
      .at(-1) ?? '';
  if (last.length <= longest) return cleanLine(last.replaceAll('\n', ' '), color);
  const rest = last.length - longest;
  return `${cleanLine(last.slice(0, longest), color)}… (${String(rest)} more characters)`;
}

/** Somebody else's word (a name, a path, a message) as part of one line of ours: text alone. */
export function oneLine(text: string): string {
  return HARMLESS.test(text) && !/[\t\n]/.test(text)
    ? text
    : cleanLine(text.replace(LINE_ENDS, ' ').replaceAll('\t', ' '), false);
}

/** A line of ours, in our colours, that has somebody else's words in it: it stays one line. */
export function ownLine(line: string): string {
  return line.replace(LINE_ENDS, ' ');
}
