import type { Diagnostic, TestCounts } from '../../model/check-result.ts';

/** A diagnostic as printed: its file is still the container's, or relative to some folder. */
export interface PrintedDiagnostic extends Omit<Diagnostic, 'source'> {
  /** Go's package, when the file name is relative to that package's folder. */
  readonly goPackage?: string;
}

/** What a format read out of an output. */
export interface Reading {
  readonly findings: readonly PrintedDiagnostic[];
  readonly tests?: TestCounts;
}

/** Reads one tool's output. Pure; given text without escape sequences, as lines. */
export interface OutputFormat {
  readonly name: string;
  readonly read: (lines: readonly string[]) => Reading;
}

/** A reading, with the counts only if there are some. */
export function reading(findings: readonly PrintedDiagnostic[], tests?: TestCounts): Reading {
  return tests === undefined ? { findings } : { findings, tests };
}

/** A finding of printed parts: numbers that are not there are 1, an empty code is none. */
export function finding(parts: {
  readonly file: string;
  readonly line?: string | undefined;
  readonly column?: string | undefined;
  readonly severity?: Diagnostic['severity'];
  readonly message: string;
  readonly code?: string | undefined;
  readonly goPackage?: string | undefined;
}): PrintedDiagnostic {
  const { code, goPackage } = parts;
  return {
    file: parts.file,
    line: position(parts.line),
    column: position(parts.column),
    severity: parts.severity ?? 'error',
    message: oneLine(parts.message),
    ...(code === undefined || code === '' ? {} : { code }),
    ...(goPackage === undefined ? {} : { goPackage }),
  };
}

function position(text: string | undefined): number {
  return text === undefined ? 1 : Math.max(1, Number.parseInt(text, 10) || 1);
}

const MAX_MESSAGE_LENGTH = 400;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : line;
}

/** `error`, `Fatal error`, `warning`, `note`, … → severity. */
export function severityOf(word: string): Diagnostic['severity'] {
  const lower = word.toLowerCase();
  if (lower.includes('err') || lower.includes('fatal')) return 'error';
  return lower.startsWith('warn') ? 'warning' : 'info';
}

/** Findings of a format that puts each on a line of its own. */
export function byLine(
  lines: readonly string[],
  pattern: RegExp,
  toFinding: (
    groups: Readonly<Record<string, string | undefined>>,
  ) => PrintedDiagnostic | undefined,
): readonly PrintedDiagnostic[] {
  return lines.flatMap((line) => {
    const groups = pattern.exec(line)?.groups;
    const found = groups === undefined ? undefined : toFinding(groups);
    return found === undefined ? [] : [found];
  });
}

/** Place of the first stack frame in the project's own code: `at f (file:line:col)`, `f (file:…)`. */
export function firstOwnFrame(
  lines: readonly string[],
): { readonly file: string; readonly line: string; readonly column: string } | undefined {
  for (const line of lines) {
    const match =
      /(?:\(|\bat (?:async )?)(?<file>(?:file:\/\/)?[^():]+):(?<line>\d+):(?<column>\d+)\)?$/.exec(
        line.trimEnd(),
      );
    const { file, line: number, column } = match?.groups ?? {};
    if (file === undefined || number === undefined || column === undefined) continue;
    if (file.startsWith('node') || file.includes('node_modules/')) continue;
    return { file: file.replace('file://', ''), line: number, column };
  }
  return undefined;
}
