import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './rig.ts';

const SHOP = join(REPOSITORY, 'examples/shop');

/** Modules of the example as a clone has them. */
export function shopModules(...names: readonly string[]): Readonly<Record<string, string>> {
  const paths = names.flatMap((name) =>
    readdirSync(join(SHOP, name), { recursive: true, encoding: 'utf8' })
      .filter((path) => !/(^|\/)(node_modules|dist)(\/|$)/.test(path))
      .filter((path) => statSync(join(SHOP, name, path)).isFile())
      .map((path) => join(name, path)),
  );
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(SHOP, path), 'utf8')]));
}
