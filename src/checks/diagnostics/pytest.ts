import type { TestCounts } from '../../model/check-result.ts';
import { finding, reading } from './format.ts';
import type { PrintedDiagnostic, OutputFormat } from './format.ts';

/** pytest with any `--tb`: sections of failures where they are printed, else the short summary. */
export const pytest: OutputFormat = {
  name: 'pytest',
  read: (lines) => {
    const told = [...sections(lines), ...oneLiners(lines)];
    return reading(told.length > 0 ? told : summary(lines), counts(lines));
  },
};

/** `____ test_name ____`, `E   message` lines, `file.py:12: …`; the last place is the deepest. */
function sections(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return lines.flatMap((line, index) => {
    const title = /^_{3,} (?<title>.+?) _{3,}$/.exec(line)?.groups?.['title'];
    if (title === undefined) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((text) => /^(?:_{3,} .+ _{3,}|={3,} .+ ={3,})$/.test(text));
    const block = end === -1 ? rest : rest.slice(0, end);
    const places = block
      .map((text) => /^(?<file>\S+\.py):(?<line>\d+): /.exec(text)?.groups)
      .filter((groups) => groups !== undefined)
      .filter((groups) => !/\/(?:lib|site-packages)\//.test(groups['file'] ?? ''));
    const place = places.at(-1);
    if (place === undefined) return [];
    const errors = block.filter((text) => /^E\s/.test(text)).map((text) => text.slice(1).trim());
    return [
      finding({
        file: place['file'] ?? '',
        line: place['line'],
        message: `${title}: ${errors[0] ?? 'failed'}`,
      }),
    ];
  });
}

/** `--tb=line`: one line for each failure, below the heading. */
function oneLiners(lines: readonly string[]): readonly PrintedDiagnostic[] {
  const start = lines.findIndex((line) => /^=+ FAILURES =+$/.test(line));
  if (start === -1 || /^_{3,} /.test(lines[start + 1] ?? '')) return [];
  const end = lines.findIndex((line, index) => index > start && line.startsWith('==='));
  return lines.slice(start + 1, end === -1 ? undefined : end).flatMap((line) => {
    const groups = /^(?<file>\S+\.py):(?<line>\d+): (?<message>.+)$/.exec(line)?.groups;
    if (groups === undefined) return [];
    return [
      finding({
        file: groups['file'] ?? '',
        line: groups['line'],
        message: groups['message'] ?? '',
      }),
    ];
  });
}

/** `FAILED file.py::test - message`: no line is known. */
function summary(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return lines.flatMap((line) => {
    const groups =
      /^(?:FAILED|ERROR) (?<file>\S+?\.py)(?:::(?<test>\S+))?(?: - (?<message>.+))?$/.exec(
        line,
      )?.groups;
    if (groups === undefined) return [];
    const message = groups['message'] ?? 'failed';
    const test = groups['test'];
    return [
      finding({
        file: groups['file'] ?? '',
        message: test === undefined ? message : `${test}: ${message}`,
      }),
    ];
  });
}

function counts(lines: readonly string[]): TestCounts | undefined {
  const line = lines.findLast((text) =>
    /^(?:=+ )?\d+ (?:passed|failed|skipped|errors?)\b.* in [\d.]+s/.test(text),
  );
  if (line === undefined) return undefined;
  const count = (word: string): number =>
    Number(new RegExp(`(\\d+) ${word}\\b`).exec(line)?.[1] ?? 0);
  return {
    passed: count('passed') + count('xpassed'),
    failed: count('failed') + count('errors?'),
    skipped: count('skipped') + count('xfailed'),
  };
}
