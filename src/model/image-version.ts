/**
 * Versions of the languages that the base images have: those of Debian trixie. Of Python and Go the
 * minor one counts, too.
 */
export const BASE_VERSIONS: Readonly<Record<string, string>> = {
  node: '20',
  python: '3.13',
  go: '1.24',
  java: '21',
};

/** `node@24`: another version of a base image's language. */
const VERSIONED = /^([a-z0-9][a-z0-9._-]*)@(\d+(?:\.\d+)*)$/;

export interface ImageVersion {
  /** The base image without a version: `node`. */
  readonly family: string;
  /** `24`, `3.11`. */
  readonly version: string;
}

/** Undefined for a name without a version, and for what is none. */
export function imageVersion(name: string): ImageVersion | undefined {
  const [, family, version] = VERSIONED.exec(name) ?? [];
  return family === undefined || version === undefined ? undefined : { family, version };
}

/** `node` for `node@24`; a name without a version is its own. */
export function imageFamily(name: string): string {
  return imageVersion(name)?.family ?? name;
}

/** The name of the base image itself where that has the version: `node@20` is `node`. */
export function withoutOwnVersion(name: string): string {
  const { family = '', version = '' } = imageVersion(name) ?? {};
  const own = BASE_VERSIONS[family];
  return own !== undefined && `${own}.`.startsWith(`${version}.`) ? family : name;
}
