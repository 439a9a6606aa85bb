import { byLine, finding } from './format.ts';
import type { PrintedDiagnostic, OutputFormat } from './format.ts';

/** ruff's `concise` output, and `full`, where the place stands on the line below the message. */
export const ruff: OutputFormat = {
  name: 'ruff',
  read: (lines) => ({ findings: [...concise(lines), ...full(lines)] }),
};

function concise(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return byLine(
    lines,
    /^(?<file>[^\s:][^:]*\.(?:py|pyi|ipynb)):(?:cell \d+:)?(?<line>\d+):(?<column>\d+): (?<code>[A-Z]+\d+|SyntaxError|invalid-syntax):? (?:\[\*\] )?(?<message>.+)$/,
    (groups) =>
      finding({
        file: groups['file'] ?? '',
        line: groups['line'],
        column: groups['column'],
        message: groups['message'] ?? '',
        code: groups['code'],
      }),
  );
}

function full(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return lines.flatMap((line, index) => {
    const place = /^\s*--> (?<file>.+?):(?:cell \d+:)?(?<line>\d+):(?<column>\d+)$/.exec(
      line,
    )?.groups;
    const message = /^(?<code>[A-Z]+\d+|invalid-syntax):? (?:\[\*\] )?(?<message>.+)$/.exec(
      lines[index - 1] ?? '',
    )?.groups;
    if (place === undefined || message === undefined) return [];
    return [
      finding({
        file: place['file'] ?? '',
        line: place['line'],
        column: place['column'],
        message: message['message'] ?? '',
        code: message['code'],
      }),
    ];
  });
}
