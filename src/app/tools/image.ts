import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { cacheScope } from '../../generate/cache-scope.ts';
import type { Report } from '../../events/progress.ts';
import { GENERATED_TOOLS_FOLDER, loadHierarchy, toolsImage } from '../../images/hierarchy.ts';
import type { Places } from '../../model/places.ts';
import type { World } from '../../ports/world.ts';
import { projectDockerfile } from '../../tools/image.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { ensureImages } from '../images/build.ts';

interface ToolsImageRequest {
  readonly root: string;
  readonly places: Places;
  readonly yes: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** The reference of the tools container's image, built when the engine does not have it. */
export async function ensureToolsImage(
  request: ToolsImageRequest,
  world: World,
): Promise<Result<string, Failure>> {
  const { root, places, yes, report, signal } = request;
  const generated = generateDockerfile(root, world);
  if (!generated.ok) return generated;
  const { toolDirectory } = world.host;
  const hierarchy = loadHierarchy({
    ...{ files: world.files, projectRoot: root, toolDirectory },
    only: 'tools',
  });
  if (!hierarchy.ok) return fail(first(hierarchy.failure));
  const image = toolsImage(hierarchy.value);
  if (image === undefined) throw new Error(`${toolDirectory} has no tools container`);
  const scope = cacheScope(root, world.files);
  const context = { hierarchy: hierarchy.value, places, cacheScope: scope, yes };
  const built = await ensureImages([image.name], context, world, { report, signal });
  return built.ok ? ok(image.reference) : fail(first(built.failure));
}

/** One after the other: `dev images build` tells all of them. */
function first(failures: readonly Failure[]): Failure {
  return failures[0] ?? { reason: 'image', what: 'the tools container has no image' };
}

/** Keeps the Dockerfile that is made from the project's list of packages in step with it. */
function generateDockerfile(root: string, world: Pick<World, 'files'>): Result<void, Failure> {
  const files = world.files.confined(root);
  const packages = files.read(join(root, 'tools-container/packages'));
  if (!packages.ok) return packages;
  const dockerfile = projectDockerfile(packages.value ?? '');
  if (!dockerfile.ok) return dockerfile;
  const folder = join(root, GENERATED_TOOLS_FOLDER);
  if (dockerfile.value === undefined) {
    return files.exists(folder) ? files.remove(folder) : ok(undefined);
  }
  const path = join(folder, 'Dockerfile');
  const before = files.read(path);
  if (before.ok && before.value === dockerfile.value) return ok(undefined);
  const made = files.makeDirectory(folder, { mode: 0o700 });
  return made.ok ? files.writeAtomic(path, dockerfile.value, { mode: 0o600 }) : made;
}
