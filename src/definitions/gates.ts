import type { Gates } from '../model/gates.ts';
import type { Module } from '../model/module.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import type { Problems } from './problems.ts';
import type { RawGates } from './project-schema.ts';
import { parseSize } from './sizes.ts';

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

/** The gates of a schema-valid `dev.yaml`. What writes a report has to be there. */
export function gatesOf(
  raw: Readonly<Record<string, RawGates>>,
  { modules, names }: { readonly modules: readonly Module[]; readonly names: readonly string[] },
  problems: Problems,
): Gates {
  return new Map(
    Object.entries(raw).map(([name, { coverage, tests, size }]) => {
      const module = modules.find((one) => one.name === name);
      report(name, { module, names, coverage, tests, size }, problems);
      return [
        name,
        {
          coverage: coverage && {
            report: coverage.report,
            total: coverage.total,
            changed: coverage.changed,
            except: list(coverage.except),
          },
          tests: tests && { report: tests.report, least: tests.least ?? 1, skipped: tests.skipped },
          sizeBytes: size === undefined ? undefined : parseSize(size),
        },
      ];
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
  }: RawGates & { readonly module: Module | undefined; readonly names: readonly string[] },
  problems: Problems,
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
  if (size !== undefined && module.run === undefined) {
    problems.atKey(['gates', name, 'size'], {
      what: `${name} has no run: no image is made of it`,
      cure: 'Take this gate out',
    });
  }
}
