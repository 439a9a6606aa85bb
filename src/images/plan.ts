import { dependencyOrder } from '../util/graph.ts';
import type { ImageSummary } from '../ports/engine-resources.ts';
import { changedBase } from './base-ids.ts';
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

/** What an image of a module's own Dockerfile is made of, but for its bases. */
const OWN_INPUTS = ['Dockerfile', 'context', 'build'];

/** Why an image has to be built, told by the newest older version that the engine has. */
export function buildCause(image: HierarchyImage, present: readonly ImageSummary[]): string {
  const [newest] = present
    .filter(({ labels }) => labels[IMAGE_LABELS.kind] === BASE_IMAGE_KIND)
    .filter(({ labels }) => labels[IMAGE_LABELS.image] === image.name)
    .sort((a, b) => b.createdAtMs - a.createdAtMs);
  const before = newest?.labels[IMAGE_LABELS.inputs];
  if (before === undefined) return 'not built yet';
  const changed = changedInputs(before, image.fingerprint.inputs);
  // An image of a module's own Dockerfile is called by the module, and other projects have such a one, too.
  if (OWN_INPUTS.every((name) => changed.includes(name))) return 'not built yet';
  // The same inputs: its tag was taken away, or the recipe is another one.
  return changed.length === 0 ? 'not built in this version' : `${changed.join(', ')} changed`;
}

/**
 * What has to be built so that the needed images exist: nothing that the engine already has, and
 * nothing only because a base is gone that no build needs.
 *
 * @param needed names of base images; ones that the hierarchy lacks are passed over.
 * @param present every image that the engine has.
 */
export function planBuilds(
  needed: Iterable<string>,
  hierarchy: Hierarchy,
  present: readonly ImageSummary[],
): readonly ImageBuild[] {
  const missing = new Map<string, string>();
  const known = new Set<string>();
  const visit = (name: string): void => {
    const image = hierarchy.get(name);
    if (image === undefined || known.has(name)) return;
    known.add(name);
    if (!isPresent(image, present)) {
      missing.set(name, buildCause(image, present));
      image.uses.forEach(visit);
      return;
    }
    if (image.origin === 'tool') return;
    // Bases that are there may be stale themselves.
    image.uses.forEach((used) => isThere(used) && visit(used));
    const anew = image.uses.find((used) => missing.has(used));
    const changed = anew ?? changedBase(image, hierarchy, present);
    if (changed !== undefined) missing.set(name, `${changed} is another image now`);
  };
  const isThere = (name: string): boolean => {
    const image = hierarchy.get(name);
    return image !== undefined && isPresent(image, present);
  };
  for (const name of needed) visit(name);
  return [...hierarchy.values()].flatMap((image) => {
    const cause = missing.get(image.name);
    if (cause === undefined) return [];
    return [{ image, cause, after: image.uses.filter((name) => missing.has(name)) }];
  });
}
