import type { FoundModule } from './found.ts';

/**
 * Major versions of the languages that the base images have: those of Debian trixie. Of Python and Go
 * the minor one counts, too.
 */
export const BASE_VERSIONS: Readonly<Record<string, string>> = {
  node: '20',
  python: '3.13',
  go: '1.24',
  java: '21',
};

const numbers = (version: string): readonly number[] =>
  (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);

/** Whether the base image's version is one that is asked for, as far as its digits tell. */
export function isServed(image: string, wanted: string): boolean {
  const own = BASE_VERSIONS[image];
  if (own === undefined || !/\d/.test(wanted)) return true;
  const have = numbers(own);
  return wanted.split('||').some((part) => {
    const asked = numbers(part);
    const depth = Math.min(have.length, asked.length);
    const order = [...Array(depth).keys()]
      .map((index) => (have[index] ?? 0) - (asked[index] ?? 0))
      .find((difference) => difference !== 0);
    if (order === undefined) return !/^\s*<(?!=)/.test(part);
    if (/^\s*<=?/.test(part)) return order < 0;
    // Java and Go run what was written for an older one; `>=` says so of the others.
    return order > 0 && (/^\s*(?:>=?|~=)/.test(part) || image === 'go' || image === 'java');
  });
}

/** A module whose code wants another version than its base image has. */
export function versionNote({
  name,
  image,
  wants,
}: Pick<FoundModule, 'name' | 'image' | 'wants'>): string | undefined {
  if (wants === undefined || isServed(image, wants.version)) return undefined;
  const own = BASE_VERSIONS[image] ?? '';
  return `${wants.at} asks for ${image} ${wants.version}; the base image of ${name} has ${own}: base-images/${image}/Dockerfile can bring another`;
}
