import { posix } from 'node:path';
import picomatch from 'picomatch';
import type { Repository } from './repository.ts';

const TABLE = /^\[tool\.uv\.workspace\]$([^[]*(?:\[[^\]]*\][^[]*)*?)(?=^\[|(?![^]))/m;

/** Globs of a list in the table: `members = ["libs/*", 'services/*']`. */
function listIn(table: string, key: string): string[] {
  const list = new RegExp(`^${key}\\s*=\\s*\\[([^\\]]*)\\]`, 'm').exec(table)?.[1] ?? '';
  return [...list.matchAll(/["']([^"']+)["']/g)].map(([, glob = '']) =>
    glob.replace(/^\.\//, '').replace(/\/+$/, ''),
  );
}

/** Whether a pyproject.toml holds packages together, for uv. */
export const isUvRoot = (pyproject: string): boolean => TABLE.test(pyproject);

/**
 * The folder whose uv.lock is that of a package in another folder: the nearest workspace of uv above it
 * that names it.
 * @returns undefined where it is in none, or that is not locked.
 */
export function uvRootOf(folder: string, repository: Repository): string | undefined {
  for (let at = folder; at !== '.' && at !== '';) {
    at = posix.dirname(at);
    const table = TABLE.exec(repository.read(posix.join(at, 'pyproject.toml')) ?? '')?.[1];
    if (table === undefined) continue;
    const path = posix.relative(at, folder);
    const isMember =
      picomatch(listIn(table, 'members'))(path) && !picomatch(listIn(table, 'exclude'))(path);
    return isMember && repository.has(posix.join(at, 'uv.lock')) ? at : undefined;
  }
  return undefined;
}
