import type { CacheNamespaces } from '../images/cache-mounts.ts';
import { personsMark, type MarkWorld } from './persons-mark.ts';

/**
 * Cache mounts (`RUN --mount=type=cache`) are the builder's, and go by whatever name a Dockerfile
 * writes: what one project leaves there would be installed by the next.
 *
 * @param scope whose caches the project uses.
 */
export function cacheNamespaces(scope: string, world: MarkWorld): CacheNamespaces {
  return { tool: personsMark('tool', world), project: personsMark(scope, world) };
}
