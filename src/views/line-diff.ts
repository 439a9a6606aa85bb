import pc from 'picocolors';
import { oneLine } from '../util/terminal-text.ts';

/** Unchanged lines shown around a change. */
const AROUND = 2;

interface DiffLine {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
}

const linesOf = (text: string): readonly string[] => text.replace(/\r?\n$/, '').split(/\r?\n/);

/** For a text that only gained: lines, commas at the end of lines, and line ends within a line. */
function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let at = 0;
  // Of one line that was made several the first one begins as it.
  const isBegun = (old: string, text: string, index: number): boolean =>
    text.trim() !== '' &&
    withoutCommas(old).startsWith(withoutCommas(text).trimEnd()) &&
    !after.includes(old, index);
  for (const [index, text] of after.entries()) {
    const old = before[at];
    if (old === text) lines.push({ sign: ' ', text });
    else if (old !== undefined && isBegun(old, text, index)) {
      lines.push({ sign: '-', text: old }, { sign: '+', text });
    } else {
      lines.push({ sign: '+', text });
      continue;
    }
    at += 1;
  }
  return [...lines, ...before.slice(at).map((text) => ({ sign: '-' as const, text }))];
}

const withoutCommas = (line: string): string => line.replaceAll(',', '');

/** What an addition to a file changes, line by line; a new file whole. */
export function lineDiff(
  path: string,
  before: string | undefined,
  after: string,
  color: boolean,
): string {
  const paint = pc.createColors(color);
  const lines = diffLines(before === undefined ? [] : linesOf(before), linesOf(after));
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ sign }) => sign !== ' ');
  const paints = { ' ': paint.dim, '+': paint.green, '-': paint.red };
  const shown = lines.flatMap(({ sign, text }, index) => {
    if (isNear(index)) return [paints[sign](`  ${sign} ${oneLine(text)}`.trimEnd())];
    return index > 0 && isNear(index - 1) ? [paint.dim('    …')] : [];
  });
  const head = before === undefined ? 'new' : 'changed';
  return [`${paint.bold(oneLine(path))} ${paint.dim(`(${head})`)}`, ...shown, ''].join('\n');
}
