import { join } from 'node:path';
import { CHECK_KINDS } from '../model/checks.ts';
import { OWN_STEPS } from '../model/pipeline.ts';
import type { Project } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import { locateRoot } from './project/locate.ts';
import { definedServices } from './project/defined-services.ts';
import { readProject } from './project/read-project.ts';
import { flattened } from '../util/flattened.ts';
import { settings } from './settings.ts';

/** What a word of a command line can stand for. */
export type Completed =
  | 'services'
  | 'modules'
  | 'windows'
  | 'probes'
  | 'commands'
  | 'settings'
  | 'images'
  | 'stages'
  | 'checks';

type CompletionWorld = Pick<World, 'files' | 'host' | 'locks' | 'clock'>;

function namesOf(kind: Completed, project: Project, world: CompletionWorld): readonly string[] {
  switch (kind) {
    case 'services': {
      const merged = definedServices(
        { composeFile: join(project.root, '.dev/compose.yaml') },
        world.files,
      );
      const own = [...project.modules.map(({ name }) => name), ...project.services.keys()];
      return [...new Set([...own, ...merged.map(({ name }) => name)])];
    }
    case 'modules':
      return project.modules.map(({ name }) => name);
    case 'images':
      return [...new Set(project.modules.map(({ image }) => image))];
    case 'windows':
      return ['overview', ...project.windows.map(({ name }) => name)];
    case 'probes':
      return project.probes.map(({ name }) => name);
    case 'commands':
      return project.commands.map(({ name }) => name);
    case 'stages': {
      const own = project.pipeline.stages.map(({ name }) => name);
      return [...new Set([...OWN_STEPS, ...own])];
    }
    case 'checks':
      return CHECK_KINDS;
    case 'settings':
      return [];
  }
}

/**
 * The words that a project has for something; none where there is no project, or one that is broken:
 * a shell that completes must never be told off. Reads files, writes none, asks no engine.
 */
export async function completionNames(
  kind: Completed,
  project: string | undefined,
  world: CompletionWorld,
): Promise<readonly string[]> {
  const root = locateRoot(world, project);
  if (!root.ok) return [];
  if (kind === 'settings') {
    const read = await settings({ project, assignments: [], dryRun: true }, world);
    return read.ok ? [...flattened(read.value.settings).keys()] : [];
  }
  const read = readProject(root.value, world);
  return read.ok ? namesOf(kind, read.value, world) : [];
}
