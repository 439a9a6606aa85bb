import type { Project } from '../../model/project.ts';
import { PANES, paneValue } from '../../model/window.ts';
import type { PaneDefinition, WindowDefinition } from '../../model/window.ts';
import type { DashboardPane, DashboardWindow } from './scene.ts';

/** More panes than this in one window would be too small to read. */
const MOST_PANES = 8;

export interface WindowSources {
  readonly project: Pick<Project, 'modules' | 'windows'>;
  /** Every service of the environment → the services that it depends on. */
  readonly services: ReadonlyMap<string, readonly string[]>;
  /** Whether the pipeline has run; it has not by default. */
  readonly hasRuns?: boolean;
}

const PIPELINE: WindowDefinition = {
  name: 'pipeline',
  layout: 'tiled',
  panes: [{ kind: 'pipeline' }],
};

/** The overview, the project's windows (or one for each group that interacts), the problems. */
export function dashboardWindows({
  project,
  services,
  hasRuns = false,
}: WindowSources): readonly DashboardWindow[] {
  const defined =
    project.windows.length > 0 ? project.windows : groupWindows(project.modules, services);
  const isShown = defined.some(({ panes }) => panes.some(({ kind }) => kind === 'pipeline'));
  const pipeline = hasRuns && !isShown ? [PIPELINE] : [];
  return [
    { kind: 'overview', name: 'overview' },
    ...[...defined, ...pipeline].map((window): DashboardWindow => ({
      kind: 'panes',
      name: window.name,
      layout: window.layout,
      panes: window.panes.map(toPane),
    })),
    { kind: 'problems', name: 'problems' },
  ];
}

/** Panes of the same thing in two windows are one and the same terminal. */
export function toPane(definition: PaneDefinition): DashboardPane {
  return { id: paneId(definition), definition, interactive: PANES[definition.kind].interactive };
}

function paneId(definition: PaneDefinition): string {
  const { kind } = definition;
  const where = 'in' in definition ? [definition.in] : [];
  const value = paneValue(definition);
  return [kind, ...where, ...(value === '' ? [] : [value])].join(':');
}

export function paneTitle(definition: DashboardPane['definition']): string {
  if (definition.kind === 'edit') return `edit ${definition.file}`;
  const title = PANES[definition.kind].title(paneValue(definition));
  return 'in' in definition && definition.in !== 'host' ? `${definition.in}: ${title}` : title;
}

/**
 * One window for each group of services that interact: those that depend on one another, directly
 * or by way of others. Modules come with their checks; databases stand beside their users.
 */
function groupWindows(
  modules: Project['modules'],
  services: ReadonlyMap<string, readonly string[]>,
): readonly WindowDefinition[] {
  const names = [...new Set([...modules.map(({ name }) => name), ...services.keys()])];
  const uses = (name: string): readonly string[] => [
    ...(modules.find((module) => module.name === name)?.uses ?? []),
    ...(services.get(name) ?? []),
  ];
  return groups(names, uses).flatMap((group) => {
    const panes = group.flatMap((name): PaneDefinition[] => {
      const module = modules.find((one) => one.name === name);
      const logs: PaneDefinition[] = services.has(name) ? [{ kind: 'logs', service: name }] : [];
      const checks: PaneDefinition[] =
        module !== undefined && module.checks.length > 0 ? [{ kind: 'checks', module: name }] : [];
      return [...logs, ...checks];
    });
    const count = Math.ceil(panes.length / MOST_PANES);
    const size = Math.ceil(panes.length / Math.max(1, count));
    return Array.from({ length: count }, (_, at) => ({
      name: count > 1 ? `${group[0] ?? ''}-${at + 1}` : (group[0] ?? ''),
      layout: 'tiled' as const,
      panes: panes.slice(at * size, (at + 1) * size),
    }));
  });
}

/** Connected components, each in the order of the names. */
function groups(
  names: readonly string[],
  uses: (name: string) => readonly string[],
): readonly (readonly string[])[] {
  const group = new Map<string, string>(names.map((name) => [name, name]));
  const rootOf = (name: string): string => {
    const parent = group.get(name) ?? name;
    return parent === name ? name : rootOf(parent);
  };
  for (const name of names) {
    for (const other of uses(name)) {
      if (!group.has(other)) continue;
      const [one, two] = [rootOf(name), rootOf(other)];
      if (one !== two) group.set(two, one);
    }
  }
  const roots = [...new Set(names.map(rootOf))];
  return roots.map((root) => names.filter((name) => rootOf(name) === root));
}
