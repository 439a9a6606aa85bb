import type { Hierarchy, HierarchyImage } from './hierarchy.ts';

const SUFFIX = '-seed';

/**
 * What the caches of a new clone begin with, for modules on an image: `NAME-seed` of the image or of the
 * nearest one that it is built on. Such an image holds what any project would come to, and nothing of
 * one: what lies in a cache runs, so that clones share none (`cacheScope`).
 */
export function seedOf(image: string, hierarchy: Hierarchy): HierarchyImage | undefined {
  for (let at: string | undefined = image; at !== undefined; at = hierarchy.get(at)?.parent) {
    const seed = hierarchy.get(`${at}${SUFFIX}`);
    if (seed !== undefined) return seed;
  }
  return undefined;
}
