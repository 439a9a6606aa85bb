import type { TestCounts } from '../../model/check-result.ts';
import { finding, firstOwnFrame, reading } from './format.ts';
import type { PrintedDiagnostic, OutputFormat } from './format.ts';

/** `  ● suite › test`, the error with its code frame, then a stack. */
export const jest: OutputFormat = {
  name: 'jest',
  read: (lines) => reading(failures(lines), counts(lines)),
};

function failures(lines: readonly string[]): readonly PrintedDiagnostic[] {
  let file: string | undefined;
  return lines.flatMap((line, index) => {
    file = /^FAIL (?<file>\S+)/.exec(line)?.groups?.['file'] ?? file;
    const title = /^ {2}● (?<title>.+)$/.exec(line)?.groups?.['title'];
    if (title === undefined || file === undefined) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((text) => /^(?: {2}● |FAIL |PASS |Test Suites: )/.test(text));
    const block = end === -1 ? rest : rest.slice(0, end);
    const frame = firstOwnFrame(block);
    return [
      finding({
        file: frame?.file ?? file,
        line: frame?.line,
        column: frame?.column,
        message: `${title}: ${message(block)}`,
      }),
    ];
  });
}

/** The error's own text: up to the code frame or the stack. */
function message(block: readonly string[]): string {
  const end = block.findIndex((line) => /^\s+(?:>?\s*\d+ \||at )/.test(line));
  return (end === -1 ? block : block.slice(0, end)).join(' ');
}

function counts(lines: readonly string[]): TestCounts | undefined {
  const line = lines.findLast((text) => /^Tests: .* total$/.test(text));
  if (line === undefined) return undefined;
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped') + count('todo'),
  };
}
