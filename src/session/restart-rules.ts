import { usedBy } from '../model/uses.ts';
import type { CheckedModule } from './check-loop.ts';

/**
 * What of a save runs anew at once: modules that have nothing to compile (interpreted languages),
 * unless they use one that the same save compiles. Those wait for it: see `restartedAfter`.
 *
 * @param affected names of the modules that the save concerns
 */
export function restartedAtOnce(
  modules: readonly CheckedModule[],
  affected: readonly string[],
): readonly string[] {
  const compiling = modules.flatMap(({ name, checks }) =>
    checks.includes('compile') && affected.includes(name) ? [name] : [],
  );
  return modules
    .filter(
      (one) =>
        affected.includes(one.name) &&
        restartOf(one, modules) === 'on-compile' &&
        compilesNothing(one),
    )
    .map(({ name }) => name)
    .filter((name) => !compiling.some((other) => usedBy(modules, name).has(other)));
}

/** What runs anew after a module's good compile: itself, and what uses it and compiles nothing. */
export function restartedAfter(
  modules: readonly CheckedModule[],
  compiled: string,
): readonly string[] {
  return modules
    .filter(
      (one) =>
        restartOf(one, modules) === 'on-compile' &&
        (one.name === compiled ||
          (compilesNothing(one) && usedBy(modules, one.name).has(compiled))),
    )
    .map(({ name }) => name);
}

/** What runs anew after a test that passed. */
export function restartedAfterTest(
  modules: readonly CheckedModule[],
  tested: string,
): readonly string[] {
  return modules
    .filter((one) => restartOf(one, modules) === 'after-test')
    .filter((one) => testersOf(one, modules).includes(tested))
    .map(({ name }) => name);
}

/** Modules whose tests are those of this one: itself, else the one whose folder it shares. */
function testersOf(
  { name, module, checks }: CheckedModule,
  modules: readonly CheckedModule[],
): readonly string[] {
  if (checks.includes('test')) return [name];
  const used = usedBy(modules, name);
  return modules
    .filter((other) => used.has(other.name) && other.module.path === module.path)
    .filter((other) => other.checks.includes('test'))
    .map((other) => other.name);
}

/** When it runs anew; where its tests are switched off, nothing could be waited for. */
function restartOf(
  one: CheckedModule,
  modules: readonly CheckedModule[],
): 'on-compile' | 'after-test' | 'never' {
  const { run, restart } = one.module;
  if (run === undefined) return 'never';
  const isUntested = restart === 'after-test' && testersOf(one, modules).length === 0;
  return isUntested ? 'on-compile' : restart;
}

/** By the definition: a compile that is only switched off in the settings holds restarts back. */
const compilesNothing = ({ module }: CheckedModule): boolean =>
  module.checks.every(({ kind }) => kind !== 'compile');
