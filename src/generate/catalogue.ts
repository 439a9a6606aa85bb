import { join } from 'node:path';
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Layer } from '../compose/load/merge.ts';
import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';

/** A ready service: a Compose file with one service, which is called `service`. */
export interface CatalogueEntry {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** As people know the file: relative to the project, or `onestack/compose/services/….yaml`. */
  readonly display: string;
}

/** What the one service of an entry is called; it gets the name that the project gives it. */
const PLACEHOLDER = 'service';
const SECTIONS = ['volumes', 'secrets', 'configs'] as const;
const FOLDER = 'compose/services';

/**
 * All ready services by name: those of the project's `compose/services/`, and those of the tool's
 * that the project does not replace; only the tool's where there is no project. Nothing is read yet.
 */
export function loadCatalogue(
  files: Pick<Files, 'list'>,
  { root, toolDirectory }: { readonly root: string | undefined; readonly toolDirectory: string },
): ReadonlyMap<string, CatalogueEntry> {
  const entries = new Map<string, CatalogueEntry>();
  const folders = [
    [toolDirectory, 'onestack/'],
    [root, ''],
  ] as const;
  for (const [base, prefix] of folders) {
    if (base === undefined) continue;
    for (const file of files.list(join(base, FOLDER))) {
      const name = /^(.+)\.ya?ml$/.exec(file)?.[1];
      if (name === undefined) continue;
      const path = join(base, FOLDER, file);
      entries.set(name, { name, path, display: `${prefix}${FOLDER}/${file}` });
    }
  }
  return entries;
}

/** A stretch of the text, and what stands there instead. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Replaces a scalar that is exactly `from`, or begins with it and a colon. */
function renameScalar(node: unknown, renames: ReadonlyMap<string, string>): readonly Splice[] {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return [];
  const [head = '', ...rest] = node.value.split(':');
  const renamed = renames.get(head);
  if (renamed === undefined) return [];
  const text = JSON.stringify([renamed, ...rest].join(':'));
  return [{ start: node.range[0], end: node.range[1], text }];
}

/** The names in a service's `volumes:`, `secrets:` or `configs:`, short and long form. */
function renameUses(list: unknown, renames: ReadonlyMap<string, string>): readonly Splice[] {
  if (!isSeq(list)) return [];
  return list.items.flatMap((item) => {
    if (!isMap(item)) return renameScalar(item, renames);
    const source = item.items.find(({ key }) => isScalar(key) && key.value === 'source');
    return renameScalar(source?.value, renames);
  });
}

function keysOf(map: unknown): readonly Scalar<string>[] {
  if (!isMap(map)) return [];
  const keys: readonly unknown[] = map.items.map(({ key }) => key);
  return keys.filter(
    (key): key is Scalar<string> => isScalar(key) && typeof key.value === 'string',
  );
}

/** A secret's file `.dev/secrets/NAME` follows the secret's name. */
function renameFiles(section: unknown, renames: ReadonlyMap<string, string>): readonly Splice[] {
  if (!isMap(section)) return [];
  return section.items.flatMap(({ key, value }) => {
    const file = isMap(value) ? value.get('file', true) : undefined;
    const name = isScalar(key) ? String(key.value) : '';
    const paths = new Map([[`.dev/secrets/${name}`, `.dev/secrets/${renames.get(name) ?? name}`]]);
    return renameScalar(file, paths);
  });
}

/** Addresses of the service itself, `//service:PORT`, in what its own variables say. */
function renameAddresses(environment: unknown, serviceName: string): readonly Splice[] {
  if (!isMap(environment)) return [];
  return environment.items.flatMap(({ value: node }) => {
    if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return [];
    const text = node.value.replaceAll(`//${PLACEHOLDER}:`, `//${serviceName}:`);
    if (text === node.value) return [];
    return [{ start: node.range[0], end: node.range[1], text: JSON.stringify(text) }];
  });
}

function splicesOf(root: YAMLMap, service: YAMLMap, serviceName: string): readonly Splice[] {
  const services = root.get('services', true);
  return [
    ...keysOf(services).flatMap((key) => renameScalar(key, new Map([[PLACEHOLDER, serviceName]]))),
    ...renameAddresses(service.get('environment', true), serviceName),
    ...SECTIONS.flatMap((section) => {
      const declared = root.get(section, true);
      const keys = keysOf(declared);
      const renames = new Map(keys.map(({ value }) => [value, `${serviceName}-${value}`]));
      return [
        ...keys.flatMap((key) => renameScalar(key, renames)),
        ...renameFiles(declared, renames),
        ...renameUses(service.get(section, true), renames),
      ];
    }),
  ];
}

/**
 * A ready service under the name that a project gives it: `service` becomes `db`, the volume `data`
 * becomes `db-data`, the secret `password` becomes `db-password`. Every line stays where it is, so
 * that values are still traced to the file that set them.
 *
 * @returns failures of reason `definition` for a file that is not such an entry.
 */
export function instantiate(
  entry: CatalogueEntry,
  serviceName: string,
  files: Pick<Files, 'read'>,
): Result<Layer, readonly Failure[]> {
  const read = files.read(entry.path);
  if (!read.ok) return fail([read.failure]);
  const text = read.value ?? '';
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, merge: true });
  const wrong = (what: string, cure: string, offset: number): Failure => {
    const { line, col } = counter.linePos(offset);
    const at = { file: entry.display, line, column: col, text: text.split('\n')[line - 1] ?? '' };
    return { reason: 'definition', what, cure, at };
  };
  if (document.errors.length > 0) {
    return fail(
      document.errors.map(({ message, pos }) =>
        wrong(`${entry.display} is not valid YAML`, message.split('\n')[0] ?? '', pos[0]),
      ),
    );
  }
  const root = document.contents;
  const services = isMap(root) ? root.get('services', true) : undefined;
  const service = isMap(services) ? services.get(PLACEHOLDER, true) : undefined;
  if (!isMap(root) || !isMap(services) || !isMap(service) || services.items.length !== 1) {
    const cure = `Let it have one service, and call that \`${PLACEHOLDER}\`.`;
    const offset = isMap(services) ? (services.range?.[0] ?? 0) : 0;
    return fail([wrong(`${entry.display} is no ready service`, cure, offset)]);
  }
  let renamed = text;
  // From the end, so that the offsets before stay true.
  const splices = [...splicesOf(root, service, serviceName)].sort((a, b) => b.start - a.start);
  for (const { start, end, text: now } of splices) {
    renamed = renamed.slice(0, start) + now + renamed.slice(end);
  }
  return ok({ kind: 'file', path: entry.path, display: entry.display, text: renamed });
}
