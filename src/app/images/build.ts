import { buildImages, type BuildRequest } from '../../engine/build-images.ts';
import { cacheNamespaces } from '../../generate/cache-namespace.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import type { Places } from '../../model/places.ts';
import type { Hierarchy } from '../../images/hierarchy.ts';
import { planBuilds, type ImageBuild } from '../../images/plan.ts';
import { contextOf } from '../../ports/engine-choice.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { ensureRootImage } from '../machine/ensure-root-image.ts';
import { refusePodman } from '../machine/podman.ts';

export interface BuildContext {
  readonly hierarchy: Hierarchy;
  readonly places: Pick<Places, 'bundle' | 'builds'>;
  /** Whose caches the project uses. */
  readonly cacheScope: string;
  readonly yes: boolean;
  readonly fresh?: boolean;
}

type BuildWorld = Parameters<typeof ensureRootImage>[0] &
  Pick<World, 'files' | 'host' | 'processes' | 'clock' | 'engine' | 'engineChoice'>;

/** Runs builds, after making sure of the images from outside that they begin with. */
export async function runBuilds(
  builds: readonly ImageBuild[],
  { yes, ...context }: BuildContext,
  world: BuildWorld,
  progress: Progress,
): Promise<Result<void, readonly Failure[]>> {
  const version = await (await world.engine()).version();
  if (!version.ok) return fail([version.failure]);
  const names = builds.map(({ image }) => image.name);
  const refused = refusePodman(version.value, { modules: [], builds: names });
  if (refused.length > 0) return fail(refused);
  for (const reference of new Set(builds.flatMap(({ image }) => image.externals))) {
    const root = await ensureRootImage(world, reference, { yes, ...progress });
    if (!root.ok) return fail([root.failure]);
  }
  const request = await buildRequest(context, world, progress);
  return buildImages(builds, { ...request, parallel: world.host.cores });
}

/** What every build of a project's images is given. */
export async function buildRequest(
  { hierarchy, places, cacheScope, fresh = false }: Omit<BuildContext, 'yes'>,
  world: Pick<World, 'engine' | 'files' | 'host' | 'processes' | 'clock' | 'engineChoice'>,
  progress: Progress,
): Promise<Omit<BuildRequest, 'parallel'>> {
  const { bundle, builds } = places;
  return {
    hierarchy,
    engine: await world.engine(),
    folder: builds,
    files: world.files,
    processes: world.processes,
    clock: world.clock,
    environment: world.host.environment,
    context: contextOf(world.engineChoice()),
    noCache: fresh,
    namespaces: cacheNamespaces(cacheScope, world),
    ...(world.files.exists(bundle) && { caBundle: bundle }),
    ...progress,
  };
}

/** Makes sure that these images exist, for uses outside `dev up`: the tools container. */
export async function ensureImages(
  names: readonly string[],
  context: BuildContext,
  world: BuildWorld,
  progress: Progress,
): Promise<Result<void, readonly Failure[]>> {
  const present = await (await world.engine()).images({});
  if (!present.ok) return fail([present.failure]);
  const builds = planBuilds(names, context.hierarchy, present.value);
  return builds.length === 0 ? ok(undefined) : runBuilds(builds, context, world, progress);
}
