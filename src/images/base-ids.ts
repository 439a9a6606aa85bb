import type { ImageSummary } from '../ports/engine-resources.ts';
import type { Hierarchy, HierarchyImage } from './hierarchy.ts';
import { IMAGE_LABELS } from './reference.ts';
import { findImage } from './service-reference.ts';

/**
 * The references that an image of the project's own is built upon. What the tool brings is the same
 * under one fingerprint, whatever its root: `dev images build --fresh` makes that anew.
 */
export function basesOf(image: HierarchyImage, hierarchy: Hierarchy): readonly string[] {
  if (image.origin === 'tool') return [];
  return [
    ...image.externals,
    ...image.uses.flatMap((name) => hierarchy.get(name)?.reference ?? []),
  ];
}

/** What an image was built upon, as a label: `python:3.13=sha256:… onestack/os:…=sha256:…`. */
export function basesText(ids: ReadonlyMap<string, string>): string {
  return [...ids].map(([reference, id]) => `${reference}=${id}`).join(' ');
}

/**
 * A base of an image that stands for another one by now: pulled, built or tagged since. The fingerprint
 * tells nothing of it, as it is the same on every machine; a service's `build:` is compared by the same.
 * @param present every image that the engine has.
 */
export function changedBase(
  image: HierarchyImage,
  hierarchy: Hierarchy,
  present: readonly ImageSummary[],
): string | undefined {
  const built = findImage(present, image.reference);
  const then = new Map(
    (built?.labels[IMAGE_LABELS.bases] ?? '').split(' ').map((pair) => {
      const cut = pair.lastIndexOf('=');
      return [pair.slice(0, cut), pair.slice(cut + 1)] as const;
    }),
  );
  return basesOf(image, hierarchy).find((reference) => {
    const before = then.get(reference);
    const now = findImage(present, reference)?.id;
    return before !== undefined && now !== undefined && before !== now;
  });
}
