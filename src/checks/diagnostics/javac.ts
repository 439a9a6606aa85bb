import { finding, severityOf } from './format.ts';
import type { OutputFormat } from './format.ts';

/** `Shop.java:5: error: …`, then the source line and a caret that shows the column. */
export const javac: OutputFormat = {
  name: 'javac',
  read: (lines) => ({
    findings: lines.flatMap((line, index) => {
      const groups =
        /^(?<file>\S+\.java):(?<line>\d+): (?<word>error|warning): (?:\[(?<code>[\w-]+)\] )?(?<message>.+)$/.exec(
          line,
        )?.groups;
      if (groups === undefined) return [];
      const caret = lines.slice(index + 1, index + 6).find((next) => /^\s*\^$/.test(next));
      return [
        finding({
          file: groups['file'] ?? '',
          line: groups['line'],
          column: caret === undefined ? undefined : String(caret.indexOf('^') + 1),
          severity: severityOf(groups['word'] ?? ''),
          message: groups['message'] ?? '',
          code: groups['code'],
        }),
      ];
    }),
  }),
};
