import { byLine, finding, severityOf } from './format.ts';
import type { OutputFormat } from './format.ts';

/** `src/a.ts(1,2): error TS2304: …`, `--pretty`'s `src/a.ts:1:2 - error TS2304: …`, `error TS5058: …` */
export const tsc: OutputFormat = {
  name: 'tsc',
  read: (lines) => ({
    findings: byLine(
      lines,
      /^(?:(?<file>[^\s(][^(]*?)(?:\((?<line>\d+),(?<column>\d+)\):|:(?<line2>\d+):(?<column2>\d+) -) )?(?<word>error|warning) (?<code>TS\d+): (?<message>.+)$/,
      (groups) =>
        finding({
          // What has no file is about the project as a whole.
          file: groups['file'] ?? 'tsconfig.json',
          line: groups['line'] ?? groups['line2'],
          column: groups['column'] ?? groups['column2'],
          severity: severityOf(groups['word'] ?? ''),
          code: groups['code'],
          message: groups['message'] ?? '',
        }),
    ),
  }),
};
