import { BASE_VERSIONS, imageFamily, imageVersion } from '../model/image-version.ts';
import type { FoundModule } from './found.ts';

const numbers = (version: string): readonly number[] =>
  (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);

/** Of a base image's language: the one that its name asks for, or Debian's. */
export function languageVersion(image: string): string | undefined {
  return imageVersion(image)?.version ?? BASE_VERSIONS[image];
}

/** Whether the base image's version is one that is asked for, as far as its digits tell. */
export function isServed(image: string, wanted: string): boolean {
  const own = languageVersion(image);
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
    return (
      order > 0 && (/^\s*(?:>=?|~=)/.test(part) || ['go', 'java'].includes(imageFamily(image)))
    );
  });
}

/** A module whose code wants another version than its base image has. */
export function versionNote({
  name,
  image,
  wants,
}: Pick<FoundModule, 'name' | 'image' | 'wants'>): string | undefined {
  if (wants === undefined || isServed(image, wants.version)) return undefined;
  const own = languageVersion(image) ?? '';
  const family = imageFamily(image);
  const digits = numbers(wants.version).slice(0, own.split('.').length).join('.');
  return `${wants.at} asks for ${family} ${wants.version}; the base image of ${name} has ${own}: \`image: ${family}@${digits}\` brings it`;
}

/** Of all modules; what one file asks of several is said once. */
export function versionNotes(
  modules: readonly Pick<FoundModule, 'name' | 'image' | 'wants'>[],
): readonly string[] {
  const keyOf = ({ image, wants }: (typeof modules)[number]): string =>
    JSON.stringify([image, wants]);
  return modules.flatMap((module, index) => {
    const alike = modules.filter((other) => keyOf(other) === keyOf(module));
    if (modules.findIndex((other) => keyOf(other) === keyOf(module)) !== index) return [];
    return versionNote({ ...module, name: alike.map(({ name }) => name).join(', ') }) ?? [];
  });
}
