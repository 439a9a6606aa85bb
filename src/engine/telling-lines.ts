/** Of a log's end so much is looked through for the error. */
export const SEARCHED_LINES = 200;

/** A line of a stack: where it was, not what it was. */
const FRAME =
  /^\s+at |^\s+File "|^\s*\.\.\. \d+ (?:more|common frames)|^goroutine \d|^\t|^\s+\d+: /;

/** How Node, Python, Java, Ruby, .NET, Go, Rust and most programs say that something failed. */
const ERROR =
  /\b[\w.]*(?:Error|Exception)\b(?!\()|^panic: |\bpanicked at\b|\b(?:fatal|error|critical)\b ?(?:\[|:)|\bcaused by: |^fatal\b/i;

/** More of a line pushes all others out of sight; `dev logs` has it whole. */
const SHOWN_CHARACTERS = 500;

const shortened = (line: string): string =>
  line.length <= SHOWN_CHARACTERS
    ? line
    : `${line.slice(0, SHOWN_CHARACTERS)}… (${String(line.length - SHOWN_CHARACTERS)} more characters)`;

/** Whether a line says what went wrong, rather than where. */
const saysError = (line: string): boolean => !FRAME.test(line) && ERROR.test(line);

/**
 * The last lines of a log, for somebody who wants to know why it ended. Where a stack has pushed the
 * line with the error out of sight, that line comes first.
 * @param lines the log's end, longer than what is shown
 * @param count how many lines there may be, 3 at least
 */
export function tellingLines(lines: readonly string[], count: number): readonly string[] {
  return tellingOnes(lines, count).map(shortened);
}

function tellingOnes(lines: readonly string[], count: number): readonly string[] {
  const shown = lines.slice(-count);
  if (shown.some(saysError)) return shown;
  const error = lines.findLast(saysError);
  if (error === undefined) return shown;
  // One line for the error, one for what is left out.
  return [error, '…', ...lines.slice(-(count - 2))];
}
