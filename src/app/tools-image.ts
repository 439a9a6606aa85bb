import { join } from 'node:path';
import { buildImages, observeBuilds } from '../engine/build-images.ts';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { loadHierarchy } from '../images/hierarchy.ts';
import type { World } from '../ports/world.ts';
import { projectDockerfile, PROJECT_TOOLS, TOOLS_IMAGE } from '../tools/image.ts';
import { fail, ok, type Result } from '../util/result.ts';

interface ToolsImageRequest {
  readonly root: string;
  readonly devDirectory: string;
  readonly world: Pick<World, 'host' | 'files' | 'processes' | 'clock' | 'engine'>;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * The folders of the tools container's images, for the hierarchy: the tool's own, and, where a
 * project adds packages or a Dockerfile in `tools-container/`, the one made from it.
 */
export function toolsImageFolders(
  request: Pick<ToolsImageRequest, 'root' | 'devDirectory'> & {
    readonly world: Pick<World, 'host' | 'files'>;
  },
): Result<ReadonlyMap<string, string>, Failure> {
  const { host, files } = request.world;
  const folders = new Map([[TOOLS_IMAGE, join(host.toolDirectory, 'tools-container')]]);
  const own = join(request.root, 'tools-container');
  if (files.exists(join(own, 'Dockerfile'))) return ok(folders.set(PROJECT_TOOLS, own));
  const packages = files.read(join(own, 'packages'));
  if (!packages.ok) return packages;
  if (packages.value === undefined) return ok(folders);
  const dockerfile = projectDockerfile(packages.value);
  if (!dockerfile.ok) return dockerfile;
  if (dockerfile.value === undefined) return ok(folders);
  const generated = join(request.devDirectory, 'state/tools-image');
  const made = files.makeDirectory(generated, { mode: 0o700 });
  if (!made.ok) return made;
  const path = join(generated, 'Dockerfile');
  const written = files.writeAtomic(path, dockerfile.value, { mode: 0o600 });
  return written.ok ? ok(folders.set(PROJECT_TOOLS, generated)) : written;
}

/** The reference of the tools container's image, built when the engine does not have it. */
export async function ensureToolsImage(
  request: ToolsImageRequest,
): Promise<Result<string, Failure>> {
  const { host, files, processes, clock } = request.world;
  const extra = toolsImageFolders(request);
  if (!extra.ok) return extra;
  const hierarchy = loadHierarchy({
    files,
    projectRoot: request.root,
    toolDirectory: host.toolDirectory,
    extra: extra.value,
  });
  if (!hierarchy.ok) return fail(first(hierarchy.failure));
  const name = extra.value.has(PROJECT_TOOLS) ? PROJECT_TOOLS : TOOLS_IMAGE;
  const image = hierarchy.value.get(name);
  if (image === undefined) throw new Error(`the hierarchy has no image ${name}`);
  const builds = await observeBuilds([name], hierarchy.value, await request.world.engine());
  if (!builds.ok) return builds;
  const bundle = join(request.devDirectory, 'certs/bundle.crt');
  const built = await buildImages(builds.value, {
    hierarchy: hierarchy.value,
    processes,
    clock,
    report: request.report,
    parallel: host.cores,
    signal: request.signal,
    environment: host.environment,
    ...(files.exists(bundle) && { caBundle: bundle }),
  });
  return built.ok ? ok(image.reference) : fail(first(built.failure));
}

function first(failures: readonly Failure[]): Failure {
  return failures[0] ?? { reason: 'image', what: 'the tools container has no image' };
}
