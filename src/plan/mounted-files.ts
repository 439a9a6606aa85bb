import { seccompFile } from '../compose/seccomp.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';

/** Label that carries the fingerprints of the files that a container was given. */
export const FILES_LABEL = 'dev.onestack.files';

/** `source` of each secret or config that a service names, short and long form. */
function namedSources(service: PlainMapping, kind: 'secrets' | 'configs'): readonly string[] {
  const list = service[kind];
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const source = isMapping(entry) ? entry['source'] : entry;
    return typeof source === 'string' ? [source] : [];
  });
}

/** A host path that a container is given. */
export interface MountedPath {
  /** Absolute. */
  readonly path: string;
  /** Mounted as a secret: nothing of its contents belongs into a label. */
  readonly secret: boolean;
}

/**
 * Host paths that a service's container is given as single files: bind mounts, secrets, configs.
 * Bind mounts may be folders too; the caller tells. Each path once.
 */
export function mountedPaths(document: PlainMapping, name: string): readonly MountedPath[] {
  const service = mappingAt(mappingAt(document, 'services'), name);
  const volumes: readonly unknown[] = Array.isArray(service['volumes']) ? service['volumes'] : [];
  const binds = volumes.flatMap((volume) =>
    isMapping(volume) && volume['type'] === 'bind' && typeof volume['source'] === 'string'
      ? [volume['source']]
      : [],
  );
  const filesOf = (kind: 'secrets' | 'configs'): readonly string[] =>
    namedSources(service, kind).flatMap((source) => {
      const { file } = mappingAt(mappingAt(document, kind), source);
      return typeof file === 'string' ? [file] : [];
    });
  const secrets = new Set(filesOf('secrets'));
  return [...new Set([...binds, ...secrets, ...filesOf('configs')])].map((path) => ({
    path,
    secret: secrets.has(path),
  }));
}

/** `path` of each entry of `env_file` or `label_file`: a text, a list, or mappings with options. */
function listedFiles(value: unknown): readonly string[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  return entries.flatMap((entry) => {
    const path = isMapping(entry) ? entry['path'] : entry;
    return typeof path === 'string' ? [path] : [];
  });
}

/**
 * Host paths whose contents a service's container is made of, without being mounted: of its
 * environment, labels and security profiles. Each once; not all need to be there.
 */
export function readPaths(document: PlainMapping, name: string): readonly string[] {
  const service = mappingAt(mappingAt(document, 'services'), name);
  const options: readonly unknown[] = Array.isArray(service['security_opt'])
    ? service['security_opt']
    : [];
  const profiles = options.flatMap((option) => seccompFile(option) ?? []);
  const credentials = mappingAt(service, 'credential_spec')['file'];
  return [
    ...new Set([
      ...listedFiles(service['env_file']),
      ...listedFiles(service['label_file']),
      ...profiles,
      ...listedFiles(credentials),
    ]),
  ];
}

/** Variables whose values a service's container is given as files: secrets and configs of theirs. */
export function givenVariables(document: PlainMapping, name: string): readonly string[] {
  const service = mappingAt(mappingAt(document, 'services'), name);
  const variables = (['secrets', 'configs'] as const).flatMap((kind) =>
    namedSources(service, kind).flatMap((source) => {
      const { environment } = mappingAt(mappingAt(document, kind), source);
      return typeof environment === 'string' ? [environment] : [];
    }),
  );
  return [...new Set(variables)];
}

const escapeSpaces = (name: string): string => name.replace(/\s/g, encodeURIComponent);

/** `proxy/shop.conf=1f0c99aa profiles/dev/nginx.conf=…`, in the order of paths. */
export function fingerprintsText(fingerprints: ReadonlyMap<string, string>): string {
  const entries = [...fingerprints].sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([path, hash]) => `${escapeSpaces(path)}=${hash}`).join(' ');
}

/** How a credential of the tool is called in a label, instead of its path. */
export const CREDENTIAL_PREFIX = 'credential:';

/** How the tool's own file in a module's container is called. */
export const TOOL_NAME = 'tool:run-module';

/** The cause of a container that is made anew for it. */
export const OTHER_TOOL = 'another version of dev';

/** How a variable is called in a label whose value is given as a file. */
export const VARIABLE_PREFIX = 'variable:';

/** The entries of a label, and the names that they speak of. */
function entriesOf(label: string): ReadonlyMap<string, string> {
  const entries = label.split(' ').filter((entry) => entry !== '');
  return new Map(entries.map((entry) => [entry, entry.slice(0, entry.lastIndexOf('='))]));
}

function shownName(name: string): string {
  if (name.startsWith(VARIABLE_PREFIX)) return `variable ${name.slice(VARIABLE_PREFIX.length)}`;
  return name.replace(/%(?:20|09|0A|0D|C2%A0)/g, decodeURIComponent);
}

function changeOf(name: string): string {
  if (name === TOOL_NAME) return OTHER_TOOL;
  return name.startsWith(CREDENTIAL_PREFIX)
    ? `its credential ${name.slice(CREDENTIAL_PREFIX.length)} is a new one`
    : `${shownName(name)} changed`;
}

/**
 * What differs between two labels, for the cause of a plan: `proxy/shop.conf changed`, `its
 * credential db-password is a new one`, `variable TOKEN changed`.
 */
export function changedFiles(before: string, after: string): readonly string[] {
  const known = entriesOf(before);
  return [...entriesOf(after)]
    .filter(([entry]) => !known.has(entry))
    .map(([, name]) => changeOf(name));
}

/** What one label speaks of and a later one does not: `local.env is gone`. */
export function goneFiles(before: string, after: string): readonly string[] {
  const still = new Set(entriesOf(after).values());
  return (
    [...entriesOf(before).values()]
      // Of another version, which has none: its being gone is told by what took its place.
      .filter((name) => !still.has(name) && name !== TOOL_NAME)
      .map((name) => `${shownName(name)} is gone`)
  );
}
