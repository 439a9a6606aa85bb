import { parse } from 'yaml';
import { loadSettings } from '../definitions/load-settings.ts';
import { isMapping, mappingAt } from '../model/plain.ts';
import type { Places } from '../model/places.ts';
import type { Context } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import { dashboardWindows } from '../views/dashboard/derive-windows.ts';
import type { Located } from '../app/project/locate.ts';
import { readProject } from '../app/project/read-project.ts';
import { programReach } from '../app/trust/program-reaches.ts';
import { isTrustedWith } from '../app/trust/store.ts';
import { prefixKey } from './capabilities.ts';
import type { DashboardProject } from './project-windows.ts';

const DEFAULT_PREFIX = 'C-b';

/**
 * Windows and keys of a project. While the definition is wrong (the session says so), what the
 * merged file tells is shown: a window for each group of services that interact.
 */
export function readDashboardProject(
  located: Located,
  context: Context,
  world: Pick<World, 'files' | 'host' | 'clock'>,
): DashboardProject {
  const project = readProject(located.root, world);
  const settings = project.ok ? loadSettings(project.value, { ...world, write: false }) : undefined;
  const prefix = settings?.ok === true ? settings.value.settings.dashboard.prefix : DEFAULT_PREFIX;
  const { instance } = located;
  return {
    label: project.ok && !isClaimed(instance) ? project.value.name : instance,
    instance,
    root: located.root,
    context,
    mayRunHere: (command) => isTrustedWith([programReach(command, undefined)], located.root, world),
    prefix: prefixKey(prefix),
    windows: dashboardWindows({
      project: project.ok ? project.value : { modules: [], windows: [] },
      services: dependencies(located.places, world.files),
      hasRuns: world.files.list(located.places.delivery.history).length > 0,
    }),
  };
}

/** Before the first `dev up` there is only a text that no Compose project can be called. */
const isClaimed = (instance: string): boolean => /^[a-z0-9][a-z0-9_-]*$/.test(instance);

/** Services of the merged file, each with those that it depends on. */
function dependencies(
  { composeFile }: Pick<Places, 'composeFile'>,
  files: Pick<World['files'], 'read'>,
): ReadonlyMap<string, readonly string[]> {
  const text = files.read(composeFile);
  if (!text.ok || text.value === undefined) return new Map();
  try {
    const services = mappingAt(parse(text.value), 'services');
    return new Map(
      Object.entries(services).map(([name, service]) => {
        const uses = isMapping(service) ? service['depends_on'] : undefined;
        if (Array.isArray(uses)) return [name, uses.map(String)] as const;
        return [name, isMapping(uses) ? Object.keys(uses) : []] as const;
      }),
    );
  } catch {
    // Damaged: the next `dev up` writes it anew.
    return new Map();
  }
}
