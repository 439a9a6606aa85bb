import { isMapping, type PlainMapping } from '../model/plain.ts';
import type { ImageSummary } from '../ports/engine-resources.ts';

/** What the service runs, as Compose names it: PROJECT-SERVICE where it is only built. */
export function serviceReference(service: PlainMapping, name: string, project: string): string {
  const { image, build } = service;
  if (typeof image === 'string' && image !== '') return image;
  return build === undefined || build === null ? '' : `${project}-${name}`;
}

/** What the service is built from; undefined for one that only names an image. */
export function buildOf(service: PlainMapping): PlainMapping | undefined {
  const { build } = service;
  if (typeof build === 'string') return { context: build };
  return isMapping(build) ? build : undefined;
}

/** Docker Hub's own names are written without it; the tag `latest` may be left out. */
export function familiarReference(reference: string): string {
  const [named = '', digest] = reference.split('@', 2);
  const short = named.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\/(?=[^/]+$)/, '');
  // The engine keeps a digest by its repository alone.
  if (digest !== undefined) return `${short.replace(/:[^:/]*$/, '')}@${digest}`;
  return /:[^:/]*$/.test(short) ? short : `${short}:latest`;
}

/** `ghcr.io/acme/api:1` → `ghcr.io`; Docker Hub's where none is named. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? first : 'docker.io';
}

/** The image that the engine has under a reference, by tag, digest or id. */
export function findImage(
  images: readonly ImageSummary[],
  reference: string,
): ImageSummary | undefined {
  const name = familiarReference(reference);
  const byName = images.find(({ tags, digests }) => tags.includes(name) || digests.includes(name));
  if (byName !== undefined) return byName;
  const id = /^(?:sha256:)?([0-9a-f]{12,64})$/.exec(reference)?.[1];
  return id === undefined ? undefined : images.find((image) => image.id.startsWith(`sha256:${id}`));
}
