import { posix } from 'node:path';

/** Names that mean something else where services are named. */
const RESERVED = ['host', 'tools', 'localhost'];
const LONGEST = 40;

/** A text as a name of `dev.yaml`: lower-case letters, digits and single hyphens; undefined: nothing is left. */
export function nameOf(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    // `x-` begins what Compose passes over.
    .replace(/^(?:[-0-9]|x-)+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
  return name === '' ? undefined : name;
}

/**
 * A name that nobody has: as wished, with the folder above in front, or with a number. Takes it.
 * @param place its folder, which tells two `api` apart, and what its own manifest calls it.
 */
export function freeName(
  wish: string,
  { folder, calls }: { readonly folder: string; readonly calls?: string | undefined },
  taken: Set<string>,
): string {
  const plain = nameOf(wish) ?? nameOf(calls ?? '') ?? 'app';
  const above = nameOf(posix.basename(posix.dirname(folder)));
  const second = above === undefined ? undefined : nameOf(`${above}-${plain}`);
  const wishes = [plain, second, nameOf(calls ?? '')].filter((name) => name !== undefined);
  const free = wishes.find((name) => !taken.has(name) && !RESERVED.includes(name));
  const name = free ?? numbered(plain, taken);
  taken.add(name);
  return name;
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  let number = 2;
  while (taken.has(`${name}-${String(number)}`)) number += 1;
  return `${name}-${String(number)}`;
}
