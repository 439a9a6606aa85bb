import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputReading } from '../../../src/checks/diagnostics/read-output.ts';
import { FORMAT_NAMES, readOutput } from '../../../src/checks/diagnostics/read-output.ts';

// The fixtures are what the real tools printed for small files
// with known mistakes, in a container with the project at /workspace.
const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'fixtures', `${name}.txt`), 'utf8');

function read(
  text: string,
  check: { formats?: string[]; pattern?: string; module?: string; files?: string[] } = {},
): OutputReading {
  return readOutput(
    text,
    {
      formats: check.formats ?? [],
      ...(check.pattern === undefined ? {} : { pattern: check.pattern }),
    },
    {
      modulePath: check.module ?? 'web',
      mountedAt: '/workspace',
      exists: (path) => check.files?.includes(path) ?? false,
    },
  );
}

/** One line a diagnostic: what a person would click on. */
function told(reading: OutputReading): readonly string[] {
  return reading.diagnostics.map(
    (one) =>
      `${one.source} ${one.file}:${one.line}:${one.column} ${one.severity}` +
      `${one.code === undefined ? '' : ` [${one.code}]`} ${one.message}`,
  );
}

/** Fixture → module folder it was printed in. No format is named: each must find its own. */
const FIXTURES: [fixture: string, module: string, files?: string[]][] = [
  ['tsc', 'web'],
  ['tsc-pretty', 'web'],
  ['tsc-config', 'web'],
  ['tsc-noproject', 'web'],
  ['eslint-stylish', 'web'],
  ['eslint-color', 'web'],
  ['eslint-unix', 'web'],
  ['eslint-json', 'web'],
  ['biome', 'web'],
  ['biome-color', 'web'],
  ['biome-github', 'web'],
  ['vitest', 'web'],
  ['vitest-color', 'web'],
  ['vitest-pass', 'web'],
  ['jest', 'web'],
  ['node-spec', 'web'],
  ['node-tap', 'web'],
  ['node-dot', 'web'],
  ['go-build', 'svc'],
  ['go-vet', 'svc2'],
  ['go-test', 'svc2', ['svc2/price_test.go', 'svc2/inner/inner_test.go']],
  ['go-test-v', 'svc2', ['svc2/price_test.go', 'svc2/inner/inner_test.go']],
  ['go-test-json', 'svc2', ['svc2/price_test.go']],
  ['gcc', 'c'],
  ['gcc-color', 'c'],
  ['gcc-link', 'c'],
  ['pytest', 'py'],
  ['pytest-long', 'py'],
  ['pytest-short', 'py'],
  ['pytest-line', 'py'],
  ['pytest-notb', 'py'],
  ['ruff-concise', 'py'],
  ['ruff-full', 'py'],
  ['javac', 'java'],
  ['javac-syntax', 'java'],
];

describe('diagnostics of real outputs', () => {
  it.each(FIXTURES)('%s', (name, module, files = []) => {
    const reading = read(fixture(name), { module, files });
    expect({ told: told(reading), tests: reading.tests }).toMatchSnapshot();
  });

  it('reads the same from coloured and plain output', () => {
    expect(told(read(fixture('vitest-color')))).toEqual(told(read(fixture('vitest'))));
    expect(told(read(fixture('tsc-pretty')))).toEqual(told(read(fixture('tsc'))));
  });
});

describe('formats', () => {
  it('reads only with the named formats', () => {
    expect(read(fixture('tsc'), { formats: ['eslint'] }).diagnostics).toEqual([]);
    expect(read(fixture('tsc'), { formats: ['tsc'] }).diagnostics).toHaveLength(7);
    expect(FORMAT_NAMES).toEqual([
      'tsc',
      'eslint',
      'biome',
      'vitest',
      'jest',
      'node-test',
      'go',
      'gcc',
      'pytest',
      'ruff',
      'javac',
    ]);
  });

  it('reads with a pattern of the project’s own, alone or with named formats', () => {
    const text = 'BAD main.rs@12: no such thing (W)\nsrc/a.ts(1,2): error TS1: x\n';
    const pattern = String.raw`^BAD (?<file>\S+)@(?<line>\d+): (?<message>.+) \((?<severity>.+)\)$`;
    expect(told(read(text, { pattern }))).toEqual(['pattern web/main.rs:12:1 info no such thing']);
    expect(told(read(text, { pattern, formats: ['tsc'] }))).toEqual([
      'tsc web/src/a.ts:1:2 error [TS1] x',
      'pattern web/main.rs:12:1 info no such thing',
    ]);
  });

  it('takes an invalid pattern for none', () => {
    expect(read('x', { pattern: '(' }).diagnostics).toEqual([]);
  });
});

describe('paths', () => {
  it('become the host’s: relative to the project where they lie inside', () => {
    const text = [
      '/workspace/web/a.ts(1,1): error TS1: in the module',
      '/workspace/common/b.ts(1,1): error TS1: in another module',
      '../common/c.ts(1,1): error TS1: beside it',
      '/usr/lib/d.ts(1,1): error TS1: not in the project',
    ].join('\n');
    expect(read(text).diagnostics.map((one) => one.file)).toEqual([
      'web/a.ts',
      'common/b.ts',
      'common/c.ts',
      '/usr/lib/d.ts',
    ]);
  });
});

describe('bounds', () => {
  it('keeps so many diagnostics, errors first, and counts the rest', () => {
    const line = (word: string, number: number): string =>
      `a.c:${number}:1: ${word}: message ${number}`;
    const text = [
      ...Array.from({ length: 250 }, (_, index) => line('warning', index + 1)),
      line('error', 999),
    ].join('\n');
    const reading = read(text);
    expect(reading.diagnostics).toHaveLength(200);
    expect(reading.diagnostics[0]).toMatchObject({ severity: 'error', line: 999 });
    expect(reading.diagnosticsOmitted).toBe(51);
  });

  it('reads any text without throwing', () => {
    const pieces = fc.constantFrom(
      ...'\u001b[31m|\u001b]8;;x\u0007| FAIL  a.ts > b|  ● x|✖ a (1ms)|not ok 1 - x|--- FAIL: A|_____ x _____|::error file=a::b|[{"filePath":|{"Time":"|\n|  1:2  error  x|a.java:1: error: x|panic: x|E  x|\r'.split(
        '|',
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }), (parts) => {
        for (const one of read(parts.join('')).diagnostics) {
          expect(one.line).toBeGreaterThan(0);
          expect(one.column).toBeGreaterThan(0);
        }
      }),
    );
  });
});
