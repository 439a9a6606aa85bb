import type { Failure } from '../events/failure.ts';
import type { ContainerSummary, Engine } from '../ports/engine.ts';
import { ok, type Result } from '../util/result.ts';

/** What the engine has of one project, asked for once and at the same time. */
export interface Observed {
  readonly containers: readonly ContainerSummary[];
  /** Every tag of the tool's own images → image id. */
  readonly imageIds: ReadonlyMap<string, string>;
  readonly volumes: ReadonlySet<string>;
}

/** Asks the engine for containers, images and volumes, in parallel. */
export async function observe(engine: Engine, project: string): Promise<Result<Observed, Failure>> {
  const [containers, images, volumes] = await Promise.all([
    engine.containers(project),
    engine.images({ 'dev.onestack.image': '' }),
    engine.volumes({}),
  ]);
  if (!containers.ok) return containers;
  if (!images.ok) return images;
  if (!volumes.ok) return volumes;
  const imageIds = new Map(
    images.value.flatMap(({ id, tags }) => tags.map((tag) => [tag, id] as const)),
  );
  return ok({
    containers: containers.value,
    imageIds,
    volumes: new Set(volumes.value.map(({ name }) => name)),
  });
}
