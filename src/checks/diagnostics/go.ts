import type { TestCounts } from '../../model/check-result.ts';
import { byLine, finding, reading } from './format.ts';
import type { PrintedDiagnostic, OutputFormat } from './format.ts';

/** `go build`, `go vet` and `go test`, also with `-v` and `-json`. */
export const go: OutputFormat = {
  name: 'go',
  read: (lines) => {
    const plain = fromJson(lines);
    return reading([...compiler(plain), ...tests(plain), ...panics(plain)], counts(plain));
  },
};

/** `-json` wraps each line of the plain output into an event. */
function fromJson(lines: readonly string[]): readonly string[] {
  if (!lines.some((line) => line.startsWith('{"Time":"') || line.startsWith('{"ImportPath":"'))) {
    return lines;
  }
  const text = lines.map((line) => {
    if (!line.startsWith('{')) return `${line}\n`;
    try {
      // go's own event; the one field that is read is text or missing.
      return (JSON.parse(line) as { readonly Output?: string }).Output ?? '';
    } catch {
      return '';
    }
  });
  return text.join('').split('\n');
}

function compiler(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return byLine(
    lines,
    /^(?:vet: )?(?<file>[^\s:]+\.go):(?<line>\d+)(?::(?<column>\d+))?: (?<message>.+)$/,
    (groups) =>
      finding({
        file: groups['file'] ?? '',
        line: groups['line'],
        column: groups['column'],
        message: groups['message'] ?? '',
      }),
  );
}

/**
 * `    price_test.go:7: message`, relative to its package's folder; the package is named later on,
 * by `FAIL<tab>package<tab>time`. With `-v` messages come before the test's verdict, without it
 * after; both ways only failed tests' messages count.
 */
function tests(lines: readonly string[]): readonly PrintedDiagnostic[] {
  const failed = new Set(
    lines.flatMap((line) => /^\s*--- FAIL: (?<test>\S+)/.exec(line)?.groups?.['test'] ?? []),
  );
  const findings: PrintedDiagnostic[] = [];
  let test: string | undefined;
  lines.forEach((line, index) => {
    test =
      /^\s*(?:=== (?:RUN|CONT|NAME)\s+|--- \w+: )(?<test>\S+)/.exec(line)?.groups?.['test'] ?? test;
    const groups = /^\s+(?<file>[\w.-]+\.go):(?<line>\d+): (?<message>.+)$/.exec(line)?.groups;
    if (groups === undefined || test === undefined || !failed.has(test)) return;
    findings.push(
      finding({
        file: groups['file'] ?? '',
        line: groups['line'],
        message: `${test}: ${groups['message'] ?? ''}`,
        goPackage: packageAfter(lines, index),
      }),
    );
  });
  return findings;
}

function packageAfter(lines: readonly string[], index: number): string | undefined {
  return lines
    .slice(index)
    .map((line) => /^(?:FAIL|ok)\s+(?<name>\S+\/?\S*)\s+[\d.(]/.exec(line)?.groups?.['name'])
    .find((name) => name !== undefined);
}

/** `panic: message`, then the stack; the first frame outside of Go's own sources is the place. */
function panics(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return lines.flatMap((line, index) => {
    const message = /^panic: (?<message>.+?)(?: \[recovered\])?$/.exec(line)?.groups?.['message'];
    if (message === undefined) return [];
    const place = lines
      .slice(index, index + 60)
      .map((next) => /^\t(?<file>\/\S+\.go):(?<line>\d+)/.exec(next)?.groups)
      .find(
        (groups) =>
          groups !== undefined && !/\/src\/(?:runtime|testing)\//.test(groups['file'] ?? ''),
      );
    if (place === undefined) return [];
    return [
      finding({ file: place['file'] ?? '', line: place['line'], message: `panic: ${message}` }),
    ];
  });
}

/** Only where every test is printed (`-v`, `-json`): otherwise only failures are. */
function counts(lines: readonly string[]): TestCounts | undefined {
  if (!lines.some((line) => /^=== RUN\s/.test(line))) return undefined;
  const count = (verdict: string): number =>
    lines.filter((line) => new RegExp(`^\\s*--- ${verdict}: `).test(line)).length;
  return { passed: count('PASS'), failed: count('FAIL'), skipped: count('SKIP') };
}
