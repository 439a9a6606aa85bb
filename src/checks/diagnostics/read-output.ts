import { MAX_DIAGNOSTICS } from '../../model/check-result.ts';
import type { Diagnostic, TestCounts } from '../../model/check-result.ts';
import type { CheckDefinition } from '../../model/module.ts';
import { omit } from '../../util/omit.ts';
import { biome } from './biome.ts';
import { eslint } from './eslint.ts';
import type { OutputFormat } from './format.ts';
import { gcc } from './gcc.ts';
import { go } from './go.ts';
import { hostPath } from './host-path.ts';
import type { PathMap } from './host-path.ts';
import { javac } from './javac.ts';
import { jest } from './jest.ts';
import { nodeTest } from './node-test.ts';
import { customFormat } from './pattern.ts';
import { plainLines } from './plain-text.ts';
import { pytest } from './pytest.ts';
import { ruff } from './ruff.ts';
import { tsc } from './tsc.ts';
import { vitest } from './vitest.ts';

/** In the order in which they are tried; the first to report a place keeps it. */
const FORMATS: readonly OutputFormat[] = [
  tsc,
  eslint,
  biome,
  vitest,
  jest,
  nodeTest,
  go,
  gcc,
  pytest,
  ruff,
  javac,
];

/** The names that `format` in dev.yaml may have. */
export const FORMAT_NAMES: readonly string[] = FORMATS.map((format) => format.name);

export interface OutputReading {
  /** At most MAX_DIAGNOSTICS, errors first, each place once. */
  readonly diagnostics: readonly Diagnostic[];
  readonly diagnosticsOmitted: number;
  readonly tests: TestCounts | undefined;
}

type Reading = Pick<CheckDefinition, 'formats' | 'pattern'>;

/** Reads diagnostics and test counts out of a check's output. */
export function readOutput(text: string, check: Reading, paths: PathMap): OutputReading {
  const { diagnostics, tests } = readWhole(text, check, paths);
  return {
    diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS),
    diagnosticsOmitted: Math.max(0, diagnostics.length - MAX_DIAGNOSTICS),
    tests,
  };
}

/** Every diagnostic of a check's output, errors first, each place once. */
export function readAll(text: string, check: Reading, paths: PathMap): readonly Diagnostic[] {
  return readWhole(text, check, paths).diagnostics;
}

function readWhole(
  text: string,
  check: Reading,
  paths: PathMap,
): Pick<OutputReading, 'diagnostics' | 'tests'> {
  const lines = plainLines(text);
  const found = new Map<string, Diagnostic>();
  let tests: TestCounts | undefined;
  for (const format of formatsOf(check)) {
    const reading = format.read(lines);
    tests ??= reading.tests;
    // Formats overlap, and runners repeat their failures in a summary.
    const taken = new Set([...found.values()].map(placeOf));
    for (const finding of reading.findings) {
      const diagnostic: Diagnostic = {
        ...omit(finding, 'goPackage'),
        file: hostPath(finding, paths),
        source: format.name,
      };
      const place = placeOf(diagnostic);
      const key = `${place}:${diagnostic.message}`;
      if (!taken.has(place) && !found.has(key)) found.set(key, diagnostic);
    }
  }
  const ordered = [...found.values()].toSorted((one, other) => rank(one) - rank(other));
  return { diagnostics: ordered, tests };
}

/** The project's own pattern goes first: it knows better than any guess. */
function formatsOf(check: Pick<CheckDefinition, 'formats' | 'pattern'>): readonly OutputFormat[] {
  const custom = check.pattern === undefined ? undefined : customFormat(check.pattern);
  const named =
    check.formats.length === 0 && custom === undefined
      ? FORMATS
      : FORMATS.filter((format) => check.formats.includes(format.name));
  return custom === undefined ? named : [custom, ...named];
}

const placeOf = ({ file, line, column }: Diagnostic): string => `${file}:${line}:${column}`;

function rank(diagnostic: Diagnostic): number {
  switch (diagnostic.severity) {
    case 'error':
      return 0;
    case 'warning':
      return 1;
    case 'info':
      return 2;
  }
}
