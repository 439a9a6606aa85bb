import { byLine, finding, severityOf } from './format.ts';
import type { PrintedDiagnostic, OutputFormat } from './format.ts';

/** ESLint's `stylish` (its default), `unix` and `json` formatters. */
export const eslint: OutputFormat = {
  name: 'eslint',
  read: (lines) => ({ findings: [...stylish(lines), ...unix(lines), ...json(lines)] }),
};

/** A line with the file, then an indented line for each message. */
function stylish(lines: readonly string[]): readonly PrintedDiagnostic[] {
  const findings: PrintedDiagnostic[] = [];
  let file: string | undefined;
  for (const line of lines) {
    if (/^\S.*\.\w+$/.test(line)) file = line;
    else if (line === '') file = undefined;
    const groups =
      /^\s+(?<line>\d+):(?<column>\d+)\s+(?<word>error|warning)\s+(?<message>.+?)(?:\s{2,}(?<code>\S+))?$/.exec(
        line,
      )?.groups;
    if (file === undefined || groups === undefined) continue;
    findings.push(
      finding({
        file,
        line: groups['line'],
        column: groups['column'],
        severity: severityOf(groups['word'] ?? ''),
        message: groups['message'] ?? '',
        code: groups['code'],
      }),
    );
  }
  return findings;
}

function unix(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return byLine(
    lines,
    /^(?<file>.+?):(?<line>\d+):(?<column>\d+): (?<message>.+) \[(?<word>Error|Warning)(?:\/(?<code>.+))?\]$/,
    (groups) =>
      finding({
        file: groups['file'] ?? '',
        line: groups['line'],
        column: groups['column'],
        severity: severityOf(groups['word'] ?? ''),
        message: groups['message'] ?? '',
        code: groups['code'],
      }),
  );
}

interface JsonMessage {
  readonly ruleId?: string | null;
  readonly severity?: number;
  readonly message?: string;
  readonly line?: number;
  readonly column?: number;
}

/** The whole report on one line: `[{"filePath":…,"messages":[…]}]`. */
function json(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return lines
    .filter((line) => line.startsWith('[{"filePath":'))
    .flatMap((line) => parseReport(line))
    .flatMap((file) =>
      file.messages.map((message) =>
        finding({
          file: file.filePath,
          line: message.line?.toString(),
          column: message.column?.toString(),
          severity: message.severity === 1 ? 'warning' : 'error',
          message: message.message ?? '',
          code: message.ruleId ?? undefined,
        }),
      ),
    );
}

function parseReport(
  line: string,
): readonly { readonly filePath: string; readonly messages: readonly JsonMessage[] }[] {
  try {
    // ESLint's own report; only the fields that it always has are relied on.
    return JSON.parse(line) as ReturnType<typeof parseReport>;
  } catch {
    return [];
  }
}
