import type { Module } from './module.ts';

/**
 * Modules with all whose code they import, over any number of steps: each after those that it uses.
 * Circles are refused where `dev.yaml` is read.
 */
export function withUses(wanted: readonly Module[], all: readonly Module[]): readonly Module[] {
  const byName = new Map(all.map((module) => [module.name, module]));
  const found = new Set<Module>();
  const visiting = new Set<Module>();
  const visit = (module: Module): void => {
    if (found.has(module) || visiting.has(module)) return;
    visiting.add(module);
    for (const name of module.uses) {
      const used = byName.get(name);
      if (used !== undefined) visit(used);
    }
    found.add(module);
  };
  wanted.forEach(visit);
  return [...found];
}
