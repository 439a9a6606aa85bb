import { dependencyOrder } from '../util/graph.ts';

/** What a module's place in the project is: its name and the modules whose code it imports. */
export interface ModuleLinks {
  readonly name: string;
  readonly uses: readonly string[];
}

function usesIn<M extends ModuleLinks>(modules: readonly M[]): (module: M) => readonly M[] {
  const byName = new Map(modules.map((module) => [module.name, module]));
  return ({ uses }) =>
    uses.flatMap((name) => {
      const used = byName.get(name);
      return used === undefined ? [] : [used];
    });
}

/** Modules with all whose code they import, over any number of steps: each after those it uses. */
export function withUses<M extends ModuleLinks>(
  wanted: readonly M[],
  all: readonly M[],
): readonly M[] {
  return dependencyOrder(wanted, usesIn(all));
}

/** Modules with those that they use before them; otherwise in the order given. */
export function inUseOrder<M extends ModuleLinks>(modules: readonly M[]): readonly M[] {
  return withUses(modules, modules);
}

/** Everything that a module uses, directly or not; itself only where there is a circle. */
export function usedBy(modules: readonly ModuleLinks[], name: string): ReadonlySet<string> {
  const direct = modules.find((module) => module.name === name)?.uses ?? [];
  const uses = new Map(modules.map((module) => [module.name, module.uses]));
  return new Set(dependencyOrder(direct, (used) => uses.get(used) ?? []));
}
