import { posix } from 'node:path';
import { parse } from 'yaml';
import { isMapping, mappingAt } from '../model/plain.ts';

/** A package that a lockfile holds. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Package URL without its version: `pkg:npm/%40scope/name`. */
  readonly type: 'npm' | 'golang' | 'pypi' | 'maven';
  /** Only development needs it. */
  readonly development: boolean;
  /** As the lockfile tells it: an SPDX expression. */
  readonly licence?: string;
  /** Where it is installed, relative to the lockfile's folder; undefined where it lies in a cache. */
  readonly path?: string;
}

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
        path,
        ...(licence !== '' && { licence }),
      },
    ];
  });
}

/** `pnpm-lock.yaml`: direct development dependencies lie at the top, all else in a store of its own. */
function pnpm(text: string): readonly LockedPackage[] {
  const lock: unknown = parse(text);
  if (!isMapping(lock)) return [];
  const importers = Object.entries(mappingAt(lock, 'importers'));
  const own = importers.length > 0 ? importers : [['.', lock] as const];
  const direct = own.flatMap(([folder, value]) =>
    Object.keys(isMapping(value) ? mappingAt(value, 'devDependencies') : {}).map((name) => ({
      name,
      path: posix.join(folder, 'node_modules', name),
    })),
  );
  const all = Object.entries(mappingAt(lock, 'packages')).flatMap(([key, value]) => {
    const match = /^\/?(@?[^@(]+)@([^(]+)/.exec(key);
    if (match === null) return [];
    const [, name = '', version = ''] = match;
    const development = isMapping(value) && value['dev'] === true;
    return [{ name, version, type: 'npm' as const, development }];
  });
  return [
    ...all.map((one) => {
      const isDirect = direct.some(({ name }) => name === one.name);
      return { ...one, development: one.development || isDirect };
    }),
    ...direct.map(({ name, path }) => ({
      ...{ name, version: '', type: 'npm' as const, development: true, path },
    })),
  ];
}

/** `yarn.lock` of yarn 1; it does not tell what is for development. */
function yarn(text: string): readonly LockedPackage[] {
  const entries = text.matchAll(/^"?(@?[^@\s"]+)@[^\n]*:\n {2}version "?([^"\n]+)"?$/gm);
  return [...entries].map(([, name = '', version = '']) => ({
    ...{ name, version, type: 'npm' as const, development: false },
  }));
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
    return [{ name, version, type: 'npm' as const, development: false }];
  });
}

const READERS: Readonly<Record<string, (text: string) => readonly LockedPackage[]>> = {
  'package-lock.json': npm,
  'npm-shrinkwrap.json': npm,
  'pnpm-lock.yaml': pnpm,
  'yarn.lock': yarn,
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
 * @returns undefined for a file that is no lockfile, or that cannot be read as one.
 */
export function lockedPackages(path: string, text: string): readonly LockedPackage[] | undefined {
  const read = READERS[posix.basename(path)];
  if (read === undefined) return undefined;
  try {
    return read(text.replaceAll('\r\n', '\n'));
  } catch {
    return undefined;
  }
}
