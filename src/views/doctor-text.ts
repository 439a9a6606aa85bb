import pc from 'picocolors';
import type { Finding } from '../host/finding.ts';
import { ownLine } from '../util/terminal-text.ts';

const MARKS = { ok: '✓', warning: '!', problem: '✗' } as const;

/** The findings as a list for people, and what `--fix` would run. Ends with a line end. */
export function doctorText(
  findings: readonly Finding[],
  commands: readonly string[],
  color: boolean,
): string {
  const paint = pc.createColors(color);
  const paints = { ok: paint.green, warning: paint.yellow, problem: paint.red } as const;
  const lines = findings.flatMap(({ level, what, why, cure }) => [
    `${paints[level](MARKS[level])} ${what}`,
    ...(why === undefined ? [] : [`  ${paint.dim('why:')} ${why}`]),
    ...(cure === undefined ? [] : [`  ${paint.green('fix:')} ${cure}`]),
  ]);
  if (commands.length > 0) {
    lines.push('', 'dev doctor --fix runs:', '', ...commands.map((line) => `  ${line}`));
  }
  return `${lines.map(ownLine).join('\n')}\n`;
}
