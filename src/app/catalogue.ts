import type { Failure } from '../events/failure.ts';
import { loadCatalogue } from '../generate/catalogue.ts';
import { listCatalogue, type ListedEntry } from '../generate/catalogue-list.ts';
import type { World } from '../ports/world.ts';
import { ok, type Result } from '../util/result.ts';
import { locateRoot } from './project/locate.ts';

/** The ready services that a project can take: the tool's, and the project's own where there is one. */
export function readCatalogue(
  project: string | undefined,
  world: Pick<World, 'files' | 'host'>,
): Result<readonly ListedEntry[], Failure> {
  const { files, host } = world;
  const root = locateRoot(world, project);
  // Outside of a project the tool's own are what there is, but a folder that was named must be one.
  if (!root.ok && project !== undefined) return root;
  const { toolDirectory } = host;
  const entries = loadCatalogue(files, { root: root.ok ? root.value : undefined, toolDirectory });
  return ok(listCatalogue(entries, files));
}
