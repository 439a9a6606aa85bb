import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import { moduleImages } from './module-images.ts';
import { baseOf, type PipelineRun } from './run.ts';

/** How large a module's image is. */
export interface ImageSize {
  readonly bytes: number;
  /** Beyond its base image. */
  readonly ownBytes: number;
}

/** Sizes of the images of a run, by module; those that are not there are left out. */
export async function imageSizes(
  run: PipelineRun,
  world: Pick<World, 'engine'>,
): Promise<Result<Readonly<Record<string, ImageSize>>, Failure>> {
  const images = await (await world.engine()).images({});
  if (!images.ok) return images;
  const bytesOf = new Map(
    images.value.flatMap(({ tags, sizeBytes }) => tags.map((tag) => [tag, sizeBytes] as const)),
  );
  const sizes = [...moduleImages(run)].flatMap(([name, reference]) => {
    const bytes = bytesOf.get(reference);
    const module = run.modules.find((one) => one.name === name);
    if (bytes === undefined || module === undefined) return [];
    return [[name, { bytes, ownBytes: bytes - (bytesOf.get(baseOf(run, module)) ?? 0) }] as const];
  });
  return ok(Object.fromEntries(sizes));
}
