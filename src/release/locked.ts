import { posix } from 'node:path';
import { parse } from 'yaml';
import { isMapping, mappingAt } from '../model/plain.ts';
import type { LockedPackage } from './locked-package.ts';
import { pnpmPackages } from './locked-pnpm.ts';
import { yarnPackages } from './locked-yarn.ts';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `package-lock.json` of versions 2 and 3: one entry a folder. */
function npm(text: string): readonly LockedPackage[] {
  const lock: unknown = JSON.parse(text);
  const packages = isMapping(lock) ? mappingAt(lock, 'packages') : {};
  return Object.entries(packages).flatMap(([path, entry]) => {
    const at = path.lastIndexOf('node_modules/');
    if (at < 0 || !isMapping(entry) || entry['link'] === true) return [];
    const licence = textOf(entry['license']);
    return [
      {
        name: textOf(entry['name']) || path.slice(at + 'node_modules/'.length),
        version: textOf(entry['version']),
        type: 'npm' as const,
        development: entry['dev'] === true,
        ...(entry['optional'] === true && { optional: true }),
        path,
        ...(licence !== '' && { licence }),
      },
    ];
  });
}

/** `go.sum`: modules with their code, not those of which only `go.mod` was looked at. */
function go(text: string): readonly LockedPackage[] {
  return [...text.matchAll(/^(\S+) (v\S+) h1:/gm)].flatMap(([, name = '', version = '']) =>
    version.endsWith('/go.mod') ? [] : [{ name, version, type: 'golang', development: false }],
  );
}

function requirements(text: string): readonly LockedPackage[] {
  return [...text.matchAll(/^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)/gm)].map(
    ([, name = '', version = '']) => ({ name, version, type: 'pypi', development: false }),
  );
}

/** `uv.lock`, `poetry.lock`: tables of packages. */
function tables(text: string): readonly LockedPackage[] {
  const entries = text.matchAll(/^\[\[package\]\]\nname = "([^"]+)"\nversion = "([^"]+)"/gm);
  return [...entries].map(([, name = '', version = '']) => ({
    ...{ name, version, type: 'pypi', development: false },
  }));
}

function gradle(text: string): readonly LockedPackage[] {
  return [...text.matchAll(/^([^#:\s]+:[^:\s]+):([^=\s]+)=(.*)$/gm)].map(
    ([, name = '', version = '', where = '']) => ({
      ...{ name, version, type: 'maven' as const },
      development: where.split(',').every((one) => one.startsWith('test')),
    }),
  );
}

/** Versions that are written out; those that a parent manages are not there to be read. */
function maven(text: string): readonly LockedPackage[] {
  return [...text.matchAll(/<dependency>([\s\S]*?)<\/dependency>/g)].flatMap(([, inner = '']) => {
    const of = (tag: string): string =>
      new RegExp(`<${tag}>\\s*([^<$]+?)\\s*</${tag}>`).exec(inner)?.[1] ?? '';
    if (of('version') === '') return [];
    const name = `${of('groupId')}:${of('artifactId')}`;
    return [{ name, version: of('version'), type: 'maven', development: of('scope') === 'test' }];
  });
}

/** `bun.lock`: JSON with commas at the end, as YAML has it too; it does not tell what is for development. */
function bun(text: string): readonly LockedPackage[] {
  const packages = mappingAt(parse(text), 'packages');
  return Object.values(packages).flatMap((entry) => {
    const match = /^(@?[^@]+)@(\d.*)$/.exec(Array.isArray(entry) ? textOf(entry[0]) : '');
    if (match === null) return [];
    const [, name = '', version = ''] = match;
    return [{ name, version, type: 'npm' as const, development: false, optional: true }];
  });
}

type Reader = (text: string, manifests: readonly string[]) => readonly LockedPackage[];

const READERS: Readonly<Record<string, Reader>> = {
  'package-lock.json': npm,
  'npm-shrinkwrap.json': npm,
  'pnpm-lock.yaml': pnpmPackages,
  'yarn.lock': yarnPackages,
  'bun.lock': bun,
  'go.sum': go,
  'requirements.txt': requirements,
  'uv.lock': tables,
  'poetry.lock': tables,
  'gradle.lockfile': gradle,
  'pom.xml': maven,
};

/**
 * What a lockfile holds. Pure.
 * @param path of the lockfile; its name says how it is read.
 * @param manifests every `package.json` that it locks: some lockfiles do not tell what is for development.
 * @returns undefined for a file that is no lockfile, or that cannot be read as one.
 */
export function lockedPackages(
  path: string,
  text: string,
  manifests: readonly string[] = [],
): readonly LockedPackage[] | undefined {
  const read = READERS[posix.basename(path)];
  if (read === undefined) return undefined;
  try {
    return read(text.replaceAll('\r\n', '\n'), manifests);
  } catch {
    return undefined;
  }
}
