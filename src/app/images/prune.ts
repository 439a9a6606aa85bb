import { listBaseImages } from '../../engine/build-images.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { DEPENDENCIES_KIND, DEPENDENCY_LABELS, volumesOf } from '../../generate/module-install.ts';
import { IMAGE_LABELS } from '../../images/reference.ts';
import type { Engine } from '../../ports/engine.ts';
import type { ImageSummary } from '../../ports/engine-resources.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Definition } from '../project/definition.ts';
import { openImages, type ImagesRequest } from '../images.ts';

export interface PruneRequest extends ImagesRequest {
  readonly dryRun: boolean;
}

/** An image that nothing needs. */
export interface PrunedImage {
  /** Its reference, or its id where it has lost that. */
  readonly reference: string;
  /** Which image of the hierarchy it was. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly createdAtMs: number;
}

/** What `dev images prune` removed, or would remove. */
export interface Pruned {
  readonly images: readonly PrunedImage[];
  /** Volumes with dependencies that no lockfile of this project asks for any more. */
  readonly volumes: readonly string[];
}

/** Images of containers, of any project, stopped ones too: by the reference they were made with. */
async function usedImages(engine: Engine): Promise<Result<ReadonlySet<string>, Failure>> {
  const listed = await engine.labelledContainers({});
  return listed.ok ? ok(new Set(listed.value.map(({ image }) => image))) : listed;
}

/** By reference, or by the id of an image without one. */
function prunable(
  present: readonly ImageSummary[],
  { hierarchy }: Definition,
  used: ReadonlySet<string>,
): readonly PrunedImage[] {
  const current = new Set([...hierarchy.values()].map(({ reference }) => reference));
  return present.flatMap(({ id, tags, labels, sizeBytes, createdAtMs }) => {
    const names = tags.length > 0 ? tags : [id];
    // A container that was made before its image lost its reference shows the id.
    const needed = [id, ...names].some((name) => used.has(name));
    const facts = { name: labels[IMAGE_LABELS.image] ?? '', sizeBytes, createdAtMs };
    const left = needed ? [] : names.filter((name) => !current.has(name));
    return left.map((reference) => ({ reference, ...facts }));
  });
}

/** Dependency volumes of this project that are not the current ones. Others' are theirs to prune. */
async function prunableVolumes(
  { opened, installs }: Definition,
  world: World,
): Promise<Result<readonly string[], Failure>> {
  const labels = {
    [DEPENDENCY_LABELS.kind]: DEPENDENCIES_KIND,
    [DEPENDENCY_LABELS.project]: opened.instance,
  };
  const unused = await (await world.engine()).volumes(labels, { unused: true });
  if (!unused.ok) return unused;
  // Those of what lies in the project by now are not needed any more.
  const current = new Set([...installs.values()].flatMap(volumesOf));
  return ok(unused.value.map(({ name }) => name).filter((name) => !current.has(name)));
}

/**
 * Removes base images that are of no current version and that no container uses, and this project's
 * outdated dependencies. Never anything without the tool's labels.
 */
export async function pruneImages(
  request: PruneRequest,
  world: World,
  report: Report,
): Promise<Result<Pruned, readonly Failure[]>> {
  const definition = await openImages(request, world, report);
  if (!definition.ok) return definition;
  const engine = await world.engine();
  const [present, used, volumes] = await Promise.all([
    listBaseImages(engine),
    usedImages(engine),
    prunableVolumes(definition.value, world),
  ]);
  if (!present.ok) return fail([present.failure]);
  if (!used.ok) return fail([used.failure]);
  if (!volumes.ok) return fail([volumes.failure]);
  const found: Pruned = {
    images: prunable(present.value, definition.value, used.value),
    volumes: volumes.value,
  };
  if (request.dryRun) return ok(found);
  const removals = [
    ...found.images.map(({ reference }) => engine.removeImage(reference)),
    ...found.volumes.map((name) => engine.removeVolume(name)),
  ];
  const results = await Promise.all(removals);
  const failures = results.flatMap((result) => (result.ok ? [] : [result.failure]));
  return failures.length === 0 ? ok(found) : fail(failures);
}
