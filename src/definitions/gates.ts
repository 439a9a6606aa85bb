import type { Gates, ModuleGates } from '../model/gates.ts';
import type { Module } from '../model/module.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import type { DefinitionProblems } from './problems.ts';
import type { RawGates } from './gates-schema.ts';
import { parseSize } from './sizes.ts';

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

/** So many lines have to be alike, where nobody says how many. */
const ALIKE_LINES = 6;

function gateOf(raw: RawGates): ModuleGates {
  const { coverage, tests, size, problems, duplicates, licences, vulnerabilities } = raw;
  return {
    coverage: coverage && {
      report: coverage.report,
      total: coverage.total,
      changed: coverage.changed,
      except: list(coverage.except),
    },
    tests: tests && {
      report: tests.report,
      least: tests.least ?? 1,
      skipped: tests.skipped,
      flaky: tests.flaky,
    },
    sizeBytes: size === undefined ? undefined : parseSize(size),
    problems: problems && { most: problems.new },
    duplicates: duplicates && {
      most: duplicates.most,
      lines: duplicates.lines ?? ALIKE_LINES,
      except: list(duplicates.except),
    },
    licences: licences && {
      allow: licences.allow === undefined ? undefined : list(licences.allow),
      deny: list(licences.deny),
      except: list(licences.except),
    },
    vulnerabilities: vulnerabilities && {
      database: vulnerabilities.database,
      from: vulnerabilities.from ?? 'low',
      except: list(vulnerabilities.except),
    },
  };
}

/** The gates of a schema-valid `dev.yaml`. What writes a report has to be there. */
export function gatesOf(
  raw: Readonly<Record<string, RawGates>>,
  { modules, names }: { readonly modules: readonly Module[]; readonly names: readonly string[] },
  problems: DefinitionProblems,
): Gates {
  return new Map(
    Object.entries(raw).map(([name, gates]) => {
      const module = modules.find((one) => one.name === name);
      report(name, { module, names, ...gates }, problems);
      return [name, gateOf(gates)];
    }),
  );
}

function report(
  name: string,
  {
    module,
    names,
    coverage,
    tests,
    size,
    problems: lint,
  }: RawGates & { readonly module: Module | undefined; readonly names: readonly string[] },
  problems: DefinitionProblems,
): void {
  if (!names.includes(name)) {
    problems.atKey(['gates', name], {
      what: `there is no module ${name}`,
      cure: didYouMean(name, names, 'modules'),
    });
  }
  // One that has mistakes of its own is told for them.
  if (module === undefined) return;
  const hasTest = module.checks.some(({ kind }) => kind === 'test');
  for (const [key, gate] of Object.entries({ coverage, tests })) {
    if (gate === undefined || hasTest) continue;
    problems.atKey(['gates', name, key], {
      what: `${name} has no test that could write ${gate.report}`,
      cure: `Give modules.${name} a test, or take this gate out`,
    });
  }
  if (lint !== undefined && !module.checks.some(({ kind }) => kind === 'lint')) {
    problems.atKey(['gates', name, 'problems'], {
      what: `${name} has no lint that could find any`,
      cure: `Give modules.${name} a lint, or take this gate out`,
    });
  }
  if (size !== undefined && module.run === undefined) {
    problems.atKey(['gates', name, 'size'], {
      what: `${name} has no run: no image is made of it`,
      cure: 'Take this gate out',
    });
  }
}
