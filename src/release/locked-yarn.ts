import { parse } from 'yaml';
import { isMapping, mappingAt } from '../model/plain.ts';
import { reached, type LockedPackage } from './locked-package.ts';

/** An entry of a lock: what asks for it (`a@^1.0.0`), and for what it asks. */
interface Entry {
  readonly name: string;
  readonly version: string;
  readonly askedAs: readonly string[];
  readonly asksFor: readonly string[];
}

const unquoted = (text: string): string => text.replace(/^"|"$/g, '');

/** `"@s/a@^1.0.0", a@1:` and what stands below it: the form of yarn 1. */
function classicEntry(block: string): readonly Entry[] {
  const [head = '', ...body] = block.split('\n');
  const version = /^ {2}version "?([^"\n]+)"?$/m.exec(block)?.[1];
  const askedAs = head.replace(/:$/, '').split(', ').map(unquoted);
  const name = /^(@?[^@]+)@/.exec(askedAs[0] ?? '')?.[1];
  if (version === undefined || name === undefined) return [];
  const asksFor = body.flatMap((line) => {
    const match = /^ {4}("[^"]+"|\S+) ("[^"]+"|\S+)$/.exec(line);
    return match === null ? [] : [`${unquoted(match[1] ?? '')}@${unquoted(match[2] ?? '')}`];
  });
  return [{ name, version, askedAs, asksFor }];
}

/** `"a@npm:^1.0.0, a@npm:^1.1.0":` with YAML below it: the form of yarn 2 and later. */
function berryEntries(text: string): readonly Entry[] {
  const lock: unknown = parse(text);
  return Object.entries(isMapping(lock) ? lock : {}).flatMap(([head, entry]) => {
    if (!isMapping(entry)) return [];
    const askedAs = head.split(', ');
    const name = /^(@?[^@]+)@/.exec(askedAs[0] ?? '')?.[1];
    const version = entry['version'];
    const isOwn = askedAs.some((one) => one.includes('@workspace:'));
    if (name === undefined || isOwn || (typeof version !== 'string' && typeof version !== 'number'))
      return [];
    const asksFor = asked(mappingAt(entry, 'dependencies'));
    return [{ name, version: String(version), askedAs, asksFor }];
  });
}

/** Both forms of a request, with the protocol that newer ones write out. */
function asked(dependencies: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(dependencies).flatMap(([name, range]) => {
    const text = typeof range === 'string' ? range : '';
    return [`${name}@${text}`, `${name}@npm:${text}`];
  });
}

/** What the manifests want for production: the lock does not tell it. */
function wanted(manifests: readonly string[]): readonly string[] {
  return manifests.flatMap((text) => {
    const manifest: unknown = JSON.parse(text);
    return ['dependencies', 'optionalDependencies'].flatMap((kind) =>
      asked(isMapping(manifest) ? mappingAt(manifest, kind) : {}),
    );
  });
}

/**
 * `yarn.lock`. What the manifests' dependencies do not reach is development's; without any manifest
 * nothing is.
 */
export function yarnPackages(text: string, manifests: readonly string[]): readonly LockedPackage[] {
  const entries = /^__metadata:/m.test(text)
    ? berryEntries(text)
    : text.split(/\n(?=\S)/).flatMap(classicEntry);
  const byRequest = new Map(
    entries.flatMap((one) => one.askedAs.map((key) => [key, one] as const)),
  );
  const production = reached(wanted(manifests), (key) => byRequest.get(key)?.asksFor ?? []);
  const isShipped = ({ askedAs }: Entry): boolean =>
    manifests.length === 0 || askedAs.some((key) => production.has(key));
  const shipped = new Set(entries.flatMap((one) => (isShipped(one) ? [one.name] : [])));
  return entries.map((one) => {
    const { name, version } = one;
    if (isShipped(one)) return { name, version, type: 'npm', development: false };
    // Where another version is production's, the name alone says nothing of the folder.
    const path = shipped.has(name) ? {} : { path: `node_modules/${name}` };
    return { name, version, type: 'npm', development: true, ...path };
  });
}
