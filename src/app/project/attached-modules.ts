import { join } from 'node:path';
import { devcontainerPath } from '../../model/devcontainer-path.ts';
import type { OpenProject } from '../../model/open-project.ts';
import type { World } from '../../ports/world.ts';

/**
 * Modules whose containers need the name `app` for root, who has one already: editors attach as `app`, which a
 * file says that is the same for everybody. All others are `app` anyway.
 */
export function attachedModules(
  { project, person, baked }: Pick<OpenProject, 'project' | 'person' | 'baked'>,
  files: Pick<World['files'], 'exists'>,
): ReadonlySet<string> {
  if (person.uid !== 0 || baked !== undefined) return new Set();
  const isAttached = (path: string): boolean => files.exists(join(project.root, path));
  return new Set(
    project.modules.flatMap((module) =>
      isAttached(devcontainerPath(module)) ? [module.name] : [],
    ),
  );
}
