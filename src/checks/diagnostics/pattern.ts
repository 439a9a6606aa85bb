import { byLine, finding, severityOf } from './format.ts';
import type { OutputFormat } from './format.ts';

/**
 * The project's own pattern from `dev.yaml`: a regular expression with the named groups `file` and,
 * as far as the tool prints them, `line`, `column`, `severity`, `code` and `message`.
 */
export function customFormat(pattern: string): OutputFormat | undefined {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch {
    // Reported with its place when dev.yaml is read; here it only means: no findings by it.
    return undefined;
  }
  return {
    name: 'pattern',
    read: (lines) => ({
      findings: byLine(lines, expression, (groups) => {
        const file = groups['file'];
        if (file === undefined) return undefined;
        return finding({
          file,
          line: groups['line'],
          column: groups['column'],
          severity: severityOf(groups['severity'] ?? 'error'),
          message: groups['message'] ?? 'failed',
          code: groups['code'],
        });
      }),
    }),
  };
}
