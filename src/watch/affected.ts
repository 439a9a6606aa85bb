/** What a module's place in the project is: its name and the modules whose code it imports. */
export interface ModuleLinks {
  readonly name: string;
  readonly uses: readonly string[];
}

/** Modules with those that they use before them; otherwise in the order given. */
export function dependencyOrder<M extends ModuleLinks>(modules: readonly M[]): readonly M[] {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const ordered = new Set<M>();
  const entered = new Set<M>();
  const visit = (module: M): void => {
    // Cycles are definition errors, told elsewhere; here they must only not hang.
    if (entered.has(module)) return;
    entered.add(module);
    for (const name of module.uses) {
      const used = byName.get(name);
      if (used !== undefined) visit(used);
    }
    ordered.add(module);
  };
  modules.forEach(visit);
  return [...ordered];
}

/** The changed modules and all that depend on them, directly or not, in dependency order. */
export function affectedModules(
  modules: readonly ModuleLinks[],
  changed: ReadonlySet<string>,
): readonly string[] {
  const affected = new Set<string>();
  // In this order whatever a module uses is decided before the module is.
  for (const { name, uses } of dependencyOrder(modules)) {
    if (changed.has(name) || uses.some((used) => affected.has(used))) affected.add(name);
  }
  return [...affected];
}

/** Everything that a module uses, directly or not. */
export function dependenciesOf(modules: readonly ModuleLinks[], name: string): ReadonlySet<string> {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const found = new Set<string>();
  const visit = (current: string): void => {
    for (const used of byName.get(current)?.uses ?? []) {
      if (found.has(used)) continue;
      found.add(used);
      visit(used);
    }
  };
  visit(name);
  return found;
}
