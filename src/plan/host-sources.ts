import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';

/** A path of the host that a service's container is given, and where the document says so. */
export interface HostSource {
  readonly service: string;
  /** Absolute. */
  readonly path: string;
  /**
   * `folder`: made where it is missing; `file`: nobody can make it; `present`: has to be there,
   * because the definition forbids to make it.
   */
  readonly kind: 'folder' | 'file' | 'present';
  /** Path of the value in the document. */
  readonly at: readonly string[];
}

/** Endings of names that are files'; `conf.d`, `v1.2` and `example.com` may be folders. */
const FILE_NAME = new RegExp(
  `\\.(?:${[
    'conf|cnf|cfg|config|ini|toml|ya?ml|jsonc?|xml|properties|env|rules|acl|vcl|hcl',
    'sql|sh|bash|py|[cm]?[jt]s|rb|php|pl|go|rs|java|lua|html?|css|txt|md|csv|log|lock|pid|sock',
    'crt|cert|pem|key|csr|p12|pfx|jks|der|gz|zip|tar|template|tmpl|tpl|j2|db|sqlite3?',
  ].join('|')})$|^(?:Dockerfile|Makefile|Caddyfile|Procfile)$`,
  'i',
);

/** Whether people would take the path for a file's, by the last part of its name. */
export function isFileName(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return FILE_NAME.test(name) || /^\.env\b/.test(name);
}

/** Sources of the bind mounts, secrets and configs of a service of a merged document. Pure. */
export function hostSources(document: PlainMapping, service: string): readonly HostSource[] {
  const definition = mappingAt(mappingAt(document, 'services'), service);
  const listOf = (key: string): readonly unknown[] => {
    const list = definition[key];
    return Array.isArray(list) ? list : [];
  };
  const mounts = listOf('volumes').flatMap((volume, index): readonly HostSource[] => {
    const { type, source, target } = isMapping(volume) ? volume : {};
    if (type !== 'bind' || typeof source !== 'string' || !isMapping(volume)) return [];
    const mayMake = mappingAt(volume, 'bind')['create_host_path'] !== false;
    // The two ends of a mount are of one kind: `./conf:/etc/app.toml` means a file.
    const isFile = isFileName(source) || (typeof target === 'string' && isFileName(target));
    const kind = mayMake ? (isFile ? 'file' : 'folder') : 'present';
    const at = ['services', service, 'volumes', String(index), 'source'];
    return [{ service, path: source, kind, at }];
  });
  const files = (['secrets', 'configs'] as const).flatMap((kind) =>
    listOf(kind).flatMap((entry): readonly HostSource[] => {
      const name = isMapping(entry) ? entry['source'] : entry;
      if (typeof name !== 'string') return [];
      const { file } = mappingAt(mappingAt(document, kind), name);
      const at = [kind, name, 'file'];
      return typeof file === 'string' ? [{ service, path: file, kind: 'present', at }] : [];
    }),
  );
  return [...mounts, ...files];
}
