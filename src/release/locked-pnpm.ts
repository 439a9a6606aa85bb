import { posix } from 'node:path';
import { parse } from 'yaml';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { reached, type LockedPackage } from './locked-package.ts';

/** What production needs of a package or of a member of the workspace. */
const NEEDED = ['dependencies', 'optionalDependencies'] as const;

/** `1.0.0(react@18.0.0)`, or of newer locks `{ specifier: ^1, version: 1.0.0 }`. */
function versionOf(entry: unknown): string {
  const value = isMapping(entry) ? entry['version'] : entry;
  return typeof value === 'string' ? value : '';
}

/** Keys under which the lock may have a package that somebody depends on: its form changed often. */
function keysOf(dependencies: PlainMapping): readonly string[] {
  return Object.entries(dependencies).flatMap(([name, entry]) => {
    const version = versionOf(entry);
    return [`${name}@${version}`, version, `/${name}@${version}`, `/${name}/${version}`];
  });
}

const needsOf = (entry: unknown): readonly string[] =>
  NEEDED.flatMap((kind) => keysOf(isMapping(entry) ? mappingAt(entry, kind) : {}));

/** `/@s/a@1.0.0(react@18.0.0)`, `/a/1.0.0_react@18.0.0`: name and version. */
function identity(key: string): { readonly name: string; readonly version: string } | undefined {
  const match =
    /^\/?((?:@[^/@(]+\/)?[^/@(]+)@([^(]+)/.exec(key) ??
    /^\/((?:@[^/]+\/)?[^/]+)\/([^(_]+)/.exec(key);
  return match === null ? undefined : { name: match[1] ?? '', version: match[2] ?? '' };
}

/** Folder of a package in `node_modules/.pnpm`: `@s+a@1.0.0_react@18.0.0`. */
function folderOf(key: string): string {
  const plain = key.replace(/^\//, '').replaceAll('/', '+');
  return plain.replace(/\)$/, '').replace(/\)\(|\(|\)/g, '_');
}

/**
 * `pnpm-lock.yaml`. Direct dependencies lie at the top, all else in a store of its own; what production
 * does not reach is development's, whether the lock says so (older ones do) or not.
 */
export function pnpmPackages(text: string): readonly LockedPackage[] {
  const lock: unknown = parse(text);
  if (!isMapping(lock)) return [];
  const members = Object.entries(mappingAt(lock, 'importers'));
  const importers = members.length > 0 ? members : [['.', lock] as const];
  const snapshots = mappingAt(lock, 'snapshots');
  const packages = mappingAt(lock, 'packages');
  const graph = Object.keys(snapshots).length > 0 ? snapshots : packages;
  const roots = importers.flatMap(([, importer]) => needsOf(importer));
  const production = reached(roots, (key) => needsOf(graph[key]));
  const named = Object.entries(graph).flatMap(([key, entry]) => {
    const one = identity(key);
    const optional = isMapping(entry) && entry['optional'] === true ? { optional: true } : {};
    return one === undefined ? [] : [{ ...one, key, shipped: production.has(key), optional }];
  });
  const shipped = new Set(named.flatMap((one) => (one.shipped ? [one.name] : [])));
  const base = { type: 'npm' as const, development: true, version: '' };
  const direct = importers.flatMap(([folder, importer]) =>
    Object.keys(isMapping(importer) ? mappingAt(importer, 'devDependencies') : {}).map((name) => ({
      ...{ ...base, name, path: posix.join(folder, 'node_modules', name) },
    })),
  );
  return [
    ...named.map(({ name, version, key, shipped: isShipped, optional }): LockedPackage => {
      if (isShipped) return { name, version, type: 'npm', development: false, ...optional };
      return { ...base, name, version, path: `node_modules/.pnpm/${folderOf(key)}` };
    }),
    ...direct,
    // Those that it lifts within its store, for packages that forget to name what they need.
    ...[...new Set(named.flatMap(({ name }) => (shipped.has(name) ? [] : [name])))].map((name) => ({
      ...{ ...base, name, path: `node_modules/.pnpm/node_modules/${name}` },
    })),
  ];
}
