import { withoutOwnVersion } from '../model/image-version.ts';

/** Images of the hierarchy are named `onestack/NAME`, in Dockerfiles and in Compose files. */
const PREFIX = 'onestack/';
/** How much of a fingerprint a tag shows: 48 bits, enough to never meet by chance. */
const TAG_LENGTH = 12;

/** Labels on every built base image. */
export const IMAGE_LABELS = {
  /** The same on all of them, to list them by. */
  kind: 'dev.onestack.kind',
  /** Name in the hierarchy. */
  image: 'dev.onestack.image',
  /** All 64 digits. */
  fingerprint: 'dev.onestack.fingerprint',
  /** What went into the fingerprint, in short: tells later why an image is stale. */
  inputs: 'dev.onestack.inputs',
  /** Of images of the project's own: which images it was built upon. */
  bases: 'dev.onestack.bases',
} as const;
export const BASE_IMAGE_KIND = 'base-image';
/** Of images that a service's `build:` makes. */
export const SERVICE_IMAGE_KIND = 'service-image';

/**
 * `onestack/node:3f2a1bc90d4e`: the reference of one version of a base image; `onestack/node-24:…`
 * for `node@24`, as registries know no `@` in names.
 */
export function imageReference(name: string, fingerprint: string): string {
  return `${PREFIX}${name.replaceAll('@', '-')}:${fingerprint.slice(0, TAG_LENGTH)}`;
}

/**
 * The name of the base image that a reference without a tag means: `node` for `onestack/node`, and for
 * `onestack/node@20`, which it has.
 * Undefined for every other image, and for one that names a version itself.
 */
export function baseImageName(reference: string): string | undefined {
  if (!reference.startsWith(PREFIX)) return undefined;
  const name = reference.slice(PREFIX.length).replace(/:latest$/, '');
  const isName = /^[a-z0-9][a-z0-9._-]*(?:@[a-z0-9._-]+)?$/.test(name);
  return isName ? withoutOwnVersion(name) : undefined;
}
