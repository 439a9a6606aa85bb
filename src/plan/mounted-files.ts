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

/** `proxy/shop.conf=1f0c99aa profiles/dev/nginx.conf=…`, in the order of paths. */
export function fingerprintsText(fingerprints: ReadonlyMap<string, string>): string {
  const entries = [...fingerprints].sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([path, hash]) => `${path}=${hash}`).join(' ');
}

/** How a credential of the tool is called in a label, instead of its path. */
export const CREDENTIAL_PREFIX = 'credential:';

/**
 * What differs between two labels, for the cause of a plan: `proxy/shop.conf changed`, `its
 * credential db-password is a new one`.
 */
export function changedFiles(before: string, after: string): readonly string[] {
  const known = new Set(before.split(' '));
  return after
    .split(' ')
    .filter((entry) => entry !== '' && !known.has(entry))
    .map((entry) => entry.slice(0, entry.lastIndexOf('=')))
    .map((name) =>
      name.startsWith(CREDENTIAL_PREFIX)
        ? `its credential ${name.slice(CREDENTIAL_PREFIX.length)} is a new one`
        : `${name} changed`,
    );
}
