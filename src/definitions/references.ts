import type { Module } from '../model/module.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { circles } from '../util/graph.ts';
import type { DefinitionProblems } from './problems.ts';
import type { YamlPath } from './yaml-source.ts';

/**
 * Tells modules that `uses` names but that are not there, and cycles among those that are.
 * @param names of all modules, also of those that are wrong in themselves.
 */
export function reportUses(
  modules: readonly Module[],
  names: readonly string[],
  problems: DefinitionProblems,
): void {
  for (const { name, uses } of modules) {
    for (const used of uses.filter((one) => !names.includes(one))) {
      problems.at(usePath(problems, name, used), {
        what: `module ${name} uses "${used}", which is no module`,
        cure: didYouMean(used, names, 'Modules are'),
      });
    }
  }
  const uses = new Map(modules.map((module) => [module.name, module.uses]));
  const found = circles(uses.keys(), (name) => uses.get(name) ?? []);
  for (const circle of found) reportCycle(circle, problems);
}

/** Where `uses` names a module: the list item, or the value itself when it is a single name. */
function usePath(problems: DefinitionProblems, name: string, used: string): YamlPath {
  const at: YamlPath = ['modules', name, 'uses'];
  const written = (
    problems.source.value as { modules?: Record<string, { uses?: unknown } | undefined> }
  ).modules?.[name]?.uses;
  return Array.isArray(written) ? [...at, written.indexOf(used)] : at;
}

function reportCycle(cycle: readonly string[], problems: DefinitionProblems): void {
  const [first = ''] = cycle;
  const steps = cycle.map((name, index) => {
    const used = cycle[index + 1] ?? first;
    const place = problems.source.placeAt(usePath(problems, name, used));
    return { name, used, place };
  });
  problems.at(usePath(problems, first, cycle[1] ?? first), {
    what: `modules use one another in a circle: ${[...cycle, first].join(' → ')}`,
    cure: 'Move what they share into a module of its own that both use',
    detail: steps.map(
      ({ name, used, place }) => `${place.file}:${place.line}:${place.column} ${name} uses ${used}`,
    ),
  });
}
