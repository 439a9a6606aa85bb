import type { TestCounts } from '../../model/check-result.ts';
import { finding, reading } from './format.ts';
import type { PrintedDiagnostic, OutputFormat } from './format.ts';

/** ` FAIL  file > suite > test`, the error, then ` ❯ file:line:column`. */
export const vitest: OutputFormat = {
  name: 'vitest',
  read: (lines) => reading(failures(lines), counts(lines)),
};

function failures(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return lines.flatMap((line, index) => {
    const title = /^\s?FAIL {2}(?<title>.+)$/.exec(line)?.groups?.['title'];
    if (title === undefined) return [];
    const rest = block(lines, index + 1);
    const message = rest.find((text) => text.trim() !== '' && !isTitle(text));
    const place = rest
      .map((text) => /^\s+❯ (?:.* )?(?<file>[^\s:]+):(?<line>\d+):(?<column>\d+)$/.exec(text))
      .map((match) => match?.groups)
      .find((groups) => groups !== undefined && !groups['file']?.includes('node_modules/'));
    const [file = '', ...names] = title.replace(/^\|[^|]*\| /, '').split(' > ');
    // In watch mode a line of the same look says that the run is over.
    if (message === undefined || !/\.\w+/.test(file)) return [];
    return [
      finding({
        file: place?.['file'] ?? file.replace(/ \[.*$/, ''),
        line: place?.['line'],
        column: place?.['column'],
        message: names.length === 0 ? message : `${names.join(' > ')}: ${message}`,
      }),
    ];
  });
}

const isTitle = (line: string): boolean => /^\s?FAIL {2}/.test(line);

/** Up to the rule that closes an error. Tests that failed alike share one block. */
function block(lines: readonly string[], start: number): readonly string[] {
  const length = lines.slice(start).findIndex((line) => line.startsWith('⎯⎯⎯'));
  return lines.slice(start, length === -1 ? start + 200 : start + length);
}

function counts(lines: readonly string[]): TestCounts | undefined {
  const line = lines.findLast((text) => /^\s+Tests {2}.*\(\d+\)$/.test(text));
  if (line === undefined) return undefined;
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped') + count('todo'),
  };
}
