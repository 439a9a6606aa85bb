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

/** Names of official images and the base image that is of the same language. */
export const OFFICIAL_LANGUAGES: Readonly<Record<string, string>> = {
  ...{ node: 'node', python: 'python', golang: 'go', 'eclipse-temurin': 'java', openjdk: 'java' },
  ...{ maven: 'java', gradle: 'java', rust: 'rust' },
};

/** The language of an image of a registry, by its name: `node` of `docker.io/library/node:24-alpine`. */
export function officialLanguage(reference: string): string | undefined {
  const name = /(?:^|\/)([a-z-]+)(?:[:@].*)?$/.exec(reference)?.[1];
  return OFFICIAL_LANGUAGES[name ?? ''];
}
