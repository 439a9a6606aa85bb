import type { TestCounts } from '../../model/check-result.ts';
import { finding, firstOwnFrame, reading } from './format.ts';
import type { PrintedDiagnostic, OutputFormat } from './format.ts';

/** node:test's `spec` and `dot` reporters (a terminal's) and `tap` (the default without one). */
export const nodeTest: OutputFormat = {
  name: 'node-test',
  read: (lines) => reading([...spec(lines), ...tap(lines)], counts(lines)),
};

/** `✖ name (1.2ms)`, more deeply indented the error and its stack; before it `test at file:1:2`. */
function spec(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return lines.flatMap((line, index) => {
    const groups = /^(?<indent>\s*)✖ (?<name>.+) \([\d.]+m?s\)/.exec(line)?.groups;
    if (groups === undefined) return [];
    const depth = (groups['indent'] ?? '').length;
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((text) => text.trim() !== '' && indentOf(text) <= depth);
    const block = end === -1 ? rest : rest.slice(0, end);
    const at = /^test at (?<file>.+):(?<line>\d+):(?<column>\d+)$/.exec(lines[index - 1] ?? '');
    const place = firstOwnFrame(block) ?? at?.groups;
    // A suite that fails only because its tests do is told by those.
    if (place === undefined || block.some((text) => /^\s*'\d+ subtests? failed'/.test(text))) {
      return [];
    }
    return [
      finding({
        file: place.file,
        line: place['line'],
        column: place['column'],
        message: titled(groups['name'], message(block, lines.slice(0, index))),
      }),
    ];
  });
}

/** `not ok 2 - name` and an indented YAML block with `location`, `error` and `stack`. */
function tap(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return lines.flatMap((line, index) => {
    const groups = /^(?<indent>\s*)not ok \d+ - (?<name>.+?)(?<directive> # .*)?$/.exec(
      line,
    )?.groups;
    if (groups === undefined || groups['directive'] !== undefined) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((text) => text.trim() === '...');
    const block = end === -1 ? [] : rest.slice(0, end);
    if (block.some((text) => /failureType: 'subtestsFailed'/.test(text))) return [];
    const location = block
      .map((text) => /location: '(?<file>.+):(?<line>\d+):(?<column>\d+)'/.exec(text)?.groups)
      .find((found) => found !== undefined);
    const place = firstOwnFrame(block) ?? location;
    if (place === undefined) return [];
    return [
      finding({
        file: place.file,
        line: place['line'],
        column: place['column'],
        message: titled(groups['name'], yamlError(block, lines.slice(0, index))),
      }),
    ];
  });
}

/** A test file stands as a test, too, named by its path: that needs no saying. */
function titled(name: string | undefined, text: string): string {
  return name === undefined || name.startsWith('/') ? text : `${name}: ${text}`;
}

function message(block: readonly string[], before: readonly string[]): string {
  const end = block.findIndex((line) => /^\s+at |[{]$/.test(line));
  const text = (end === -1 ? block : block.slice(0, end)).join(' ').trim();
  return text === "'test failed'" ? (crash(before) ?? 'test failed') : text;
}

/** `error: 'text'`, or `error: |-` and an indented text. */
function yamlError(block: readonly string[], before: readonly string[]): string {
  const start = block.findIndex((line) => /^\s*error: /.test(line));
  const first = (block[start] ?? '').replace(/^\s*error: /, '');
  if (first !== '|-' && first !== '>-') {
    const text = first.replace(/^'(.*)'$/, '$1');
    return text === 'test failed' ? (crash(before) ?? text) : text;
  }
  const depth = indentOf(block[start] ?? '');
  const rest = block.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && indentOf(line) <= depth);
  return (end === -1 ? rest : rest.slice(0, end)).join(' ');
}

/** A file that does not even load says why before the test that stands for it fails. */
function crash(before: readonly string[]): string | undefined {
  return before
    .map((line) => /^(?:# )?(?<error>\w*Error(?: \[\w+\])?: .+)$/.exec(line)?.groups?.['error'])
    .findLast((error) => error !== undefined);
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

function counts(lines: readonly string[]): TestCounts | undefined {
  const count = (word: string): number | undefined => {
    const pattern = new RegExp(`^[#ℹ] ${word} (\\d+)$`);
    const line = lines.findLast((text) => pattern.test(text));
    return line === undefined ? undefined : Number(pattern.exec(line)?.[1]);
  };
  const passed = count('pass');
  const failed = count('fail');
  if (passed === undefined || failed === undefined) return undefined;
  return {
    passed,
    failed: failed + (count('cancelled') ?? 0),
    skipped: (count('skipped') ?? 0) + (count('todo') ?? 0),
  };
}
