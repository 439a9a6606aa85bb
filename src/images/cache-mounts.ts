/** What a build is told its cache mounts are called by, before their own `id`. BuildKit's name for it. */
export const CACHE_NAMESPACE = 'BUILDKIT_CACHE_MOUNT_NS';

/** Names of cache mounts that no project can guess of another, or of the tool. */
export interface CacheNamespaces {
  readonly tool: string;
  readonly project: string;
}
