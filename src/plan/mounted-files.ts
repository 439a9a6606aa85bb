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

/** Names of the secrets that a service of the document is given. */
export function secretsOf(document: PlainMapping, service: string): readonly string[] {
  return namedSources(mappingAt(mappingAt(document, 'services'), service), 'secrets');
}

/**
 * Host paths that a service's container is given as single files: bind mounts, secrets, configs.
 * Bind mounts may be folders too; the caller tells.
 */
export function mountedPaths(document: PlainMapping, name: string): readonly string[] {
  const service = mappingAt(mappingAt(document, 'services'), name);
  const volumes: readonly unknown[] = Array.isArray(service['volumes']) ? service['volumes'] : [];
  const binds = volumes.flatMap((volume) =>
    isMapping(volume) && volume['type'] === 'bind' && typeof volume['source'] === 'string'
      ? [volume['source']]
      : [],
  );
  const files = (['secrets', 'configs'] as const).flatMap((kind) =>
    namedSources(service, kind).flatMap((source) => {
      const { file } = mappingAt(mappingAt(document, kind), source);
      return typeof file === 'string' ? [file] : [];
    }),
  );
  return [...new Set([...binds, ...files])];
}

/** `proxy/shop.conf=1f0c99aa profiles/dev/nginx.conf=…`, in the order of paths. */
export function fingerprintsText(fingerprints: ReadonlyMap<string, string>): string {
  const entries = [...fingerprints].sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([path, hash]) => `${path}=${hash}`).join(' ');
}

/** What differs between two labels, for the cause of a plan: `proxy/shop.conf changed`. */
export function changedFiles(before: string, after: string): readonly string[] {
  const known = new Set(before.split(' '));
  return after
    .split(' ')
    .filter((entry) => entry !== '' && !known.has(entry))
    .map((entry) => `${entry.slice(0, entry.lastIndexOf('='))} changed`);
}
