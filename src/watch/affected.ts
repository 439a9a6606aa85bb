import { inUseOrder } from '../model/uses.ts';
import type { ModuleLinks } from '../model/uses.ts';

/** The changed modules and all that depend on them, directly or not, in dependency order. */
export function affectedModules(
  modules: readonly ModuleLinks[],
  changed: ReadonlySet<string>,
): readonly string[] {
  const affected = new Set<string>();
  // In this order whatever a module uses is decided before the module is.
  for (const { name, uses } of inUseOrder(modules)) {
    if (changed.has(name) || uses.some((used) => affected.has(used))) affected.add(name);
  }
  return [...affected];
}
