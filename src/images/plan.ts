import { dependencyOrder } from '../util/graph.ts';
import type { ImageSummary } from '../ports/engine.ts';
import { changedInputs } from './fingerprint.ts';
import type { Hierarchy, HierarchyImage } from './hierarchy.ts';
import { BASE_IMAGE_KIND, IMAGE_LABELS } from './reference.ts';

/** One image to build, and why. */
export interface ImageBuild {
  readonly image: HierarchyImage;
  /** `not built yet`, `Dockerfile changed`, `os changed`. */
  readonly cause: string;
  /** Names of builds of the same plan that have to be done before. */
  readonly after: readonly string[];
}

/** The images and all that they are built from, in build order. */
export function withBases(
  names: Iterable<string>,
  hierarchy: Hierarchy,
): readonly HierarchyImage[] {
  const wanted = new Set(dependencyOrder(names, (name) => hierarchy.get(name)?.uses ?? []));
  return [...hierarchy.values()].filter(({ name }) => wanted.has(name));
}

/** Whether the engine has exactly this version. */
export function isPresent(image: HierarchyImage, present: readonly ImageSummary[]): boolean {
  return present.some(({ tags }) => tags.includes(image.reference));
}

/** Why an image has to be built, told by the newest older version that the engine has. */
export function buildCause(image: HierarchyImage, present: readonly ImageSummary[]): string {
  const [newest] = present
    .filter(({ labels }) => labels[IMAGE_LABELS.kind] === BASE_IMAGE_KIND)
    .filter(({ labels }) => labels[IMAGE_LABELS.image] === image.name)
    .sort((a, b) => b.createdAtMs - a.createdAtMs);
  const before = newest?.labels[IMAGE_LABELS.inputs];
  if (before === undefined) return 'not built yet';
  const changed = changedInputs(before, image.fingerprint.inputs);
  // The same inputs: its tag was taken away, or the recipe is another one.
  return changed.length === 0 ? 'not built in this version' : `${changed.join(', ')} changed`;
}

/**
 * What has to be built so that the needed images exist: nothing that the engine already has, and
 * nothing only because a base is gone that no build needs.
 *
 * @param needed names of base images; ones that the hierarchy lacks are passed over.
 * @param present the engine's images; those of others are passed over.
 */
export function planBuilds(
  needed: Iterable<string>,
  hierarchy: Hierarchy,
  present: readonly ImageSummary[],
): readonly ImageBuild[] {
  const missing = new Set<string>();
  const visit = (name: string): void => {
    const image = hierarchy.get(name);
    if (image === undefined || missing.has(name) || isPresent(image, present)) return;
    missing.add(name);
    image.uses.forEach(visit);
  };
  for (const name of needed) visit(name);
  return [...hierarchy.values()]
    .filter(({ name }) => missing.has(name))
    .map((image) => ({
      image,
      cause: buildCause(image, present),
      after: image.uses.filter((name) => missing.has(name)),
    }));
}
