import { byLine, finding, severityOf } from './format.ts';
import type { OutputFormat } from './format.ts';

/** gcc, clang and what prints like them; and the linker's `file:line: undefined reference to …`. */
export const gcc: OutputFormat = {
  name: 'gcc',
  read: (lines) => ({
    findings: [
      ...byLine(
        lines,
        /^(?<file>[^\s:][^:]*):(?<line>\d+):(?:(?<column>\d+):)? (?<word>(?:fatal )?error|warning): (?<message>.+?)(?: \[(?<code>-W[^\]]+)\])?$/,
        (groups) =>
          // javac prints alike, without a column: that is javac's to read, it knows the column.
          groups['file']?.endsWith('.java') === true
            ? undefined
            : finding({
                file: groups['file'] ?? '',
                line: groups['line'],
                column: groups['column'],
                severity: severityOf(groups['word'] ?? ''),
                message: groups['message'] ?? '',
                code: groups['code'],
              }),
      ),
      ...byLine(
        lines,
        /^(?:\S*ld: )?(?<file>[^\s:]+):(?<line>\d+): (?<message>undefined reference to .+)$/,
        (groups) =>
          finding({
            file: groups['file'] ?? '',
            line: groups['line'],
            message: groups['message'] ?? '',
          }),
      ),
    ],
  }),
};
