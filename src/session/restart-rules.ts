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
    .filter(({ name, module }) => affected.includes(name) && compilesNothing(module))
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
      ({ name, module }) =>
        wantsRestarts(module) &&
        (name === compiled || (compilesNothing(module) && usedBy(modules, name).has(compiled))),
    )
    .map(({ name }) => name);
}

const wantsRestarts = ({ run, restart }: CheckedModule['module']): boolean =>
  run !== undefined && restart === 'on-compile';

/** By the definition: a compile that is only switched off in the settings holds restarts back. */
const compilesNothing = (module: CheckedModule['module']): boolean =>
  wantsRestarts(module) && module.checks.every(({ kind }) => kind !== 'compile');
