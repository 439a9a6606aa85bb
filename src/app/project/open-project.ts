import { join } from 'node:path';
import { loadProject } from '../../definitions/load-project.ts';
import { loadSettings } from '../../definitions/load-settings.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { loadCatalogue } from '../../generate/catalogue.ts';
import { claimInstance, expectedInstance } from '../../generate/instance.ts';
import { loadHierarchy, type Hierarchy } from '../../images/hierarchy.ts';
import type { OpenProject } from '../../model/open-project.ts';
import type { Context } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { locateRoot } from './locate.ts';

export interface OpenRequest {
  /** `--project`. */
  readonly project: string | undefined;
  readonly context: Context;
  /** False for commands that change nothing: no file is made or completed. */
  readonly write: boolean;
}

/** A valid project with the images that its modules can be built on. */
export interface Opened {
  readonly opened: OpenProject;
  readonly hierarchy: Hierarchy;
}

type OpenWorld = Pick<World, 'files' | 'host' | 'locks' | 'clock'>;

/** Reads everything that people wrote, and says everything that is wrong with it. */
export async function openProject(
  request: OpenRequest,
  world: OpenWorld,
  report: Report,
): Promise<Result<Opened, readonly Failure[]>> {
  const { files, host } = world;
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  const hierarchy = loadHierarchy({
    files,
    projectRoot: root.value,
    toolDirectory: host.toolDirectory,
  });
  const project = loadProject(root.value, {
    files,
    ...(hierarchy.ok && { imageNames: [...hierarchy.value.keys()] }),
    catalogue: [...loadCatalogue(files, { ...host, root: root.value }).keys()],
  });
  const failures = [
    ...(project.ok ? [] : project.failure),
    ...(hierarchy.ok ? [] : hierarchy.failure),
  ];
  if (!project.ok || !hierarchy.ok) return fail(failures);

  const settings = loadSettings(project.value, { ...world, write: request.write });
  if (!settings.ok) return settings;
  for (const text of settings.value.notes) report({ kind: 'note', level: 'info', text });
  const naming = request.write ? claimInstance : expectedInstance;
  const instance = await naming(root.value, project.value.name, { ...world, report });
  if (!instance.ok) return fail([instance.failure]);
  return ok({
    opened: {
      project: project.value,
      settings: settings.value.settings,
      context: request.context,
      instance: instance.value,
      devDirectory: join(root.value, '.dev'),
    },
    hierarchy: hierarchy.value,
  });
}
