import { counted } from '../util/counted.ts';
import { sha256 } from '../util/sha256.ts';
import { isMapping, type PlainMapping } from '../model/plain.ts';
import { type ContextEntry } from './context.ts';
import { changedInputs, type Fingerprint } from './fingerprint.ts';
import { IMAGE_LABELS } from './reference.ts';

/** What makes the image of a service what it is. */
export interface ServiceInputs {
  /** Its text; undefined where the builder fetches it with the context. */
  readonly dockerfile: string | undefined;
  /** Context → its files; the build's own is called `context`, those of `additional_contexts` by name. */
  readonly contexts: ReadonlyMap<string, readonly ContextEntry[]>;
  /** `build:` of the merged document, with the values of its arguments. */
  readonly build: PlainMapping;
  readonly platform: string | undefined;
  /** Image that it begins with → what tells its versions apart. */
  readonly bases: ReadonlyMap<string, string>;
  /** Absolute; a project that is moved is still the same. */
  readonly root: string;
}

/** Changes with the way services' images are built from the same files. */
const RECIPE = 'onestack-service-image-1';

/** Keys that change nothing of what comes out. */
const OUTSIDE = new Set(['cache_from', 'cache_to', 'no_cache', 'pull', 'ssh', 'args', 'tags']);

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isMapping(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, canonical(value[key])]));
}

const textOf = (value: unknown, root: string): string =>
  JSON.stringify(canonical(value) ?? null).replaceAll(root, '.');

const lineOf = ({ path, mode, digest }: ContextEntry): string => `${mode} ${digest} ${path}\n`;

/** The fingerprint of a service's image: the same inputs give the same one, in whatever folder. */
export function serviceFingerprint(inputs: ServiceInputs): Fingerprint {
  const { build, contexts, dockerfile, platform, bases, root } = inputs;
  const rest = Object.fromEntries(Object.entries(build).filter(([key]) => !OUTSIDE.has(key)));
  const parts: readonly (readonly [string, string])[] = [
    ['Dockerfile', sha256(dockerfile ?? '')],
    ...[...contexts].map(
      ([name, entries]) => [name, sha256(entries.map(lineOf).join(''))] as const,
    ),
    ['args', sha256(textOf(build['args'], root))],
    ['build', sha256(textOf([rest, platform], root))],
    ...[...bases].map(([name, version]) => [name, sha256(version)] as const),
  ];
  return {
    value: sha256([RECIPE, ...parts.flat()].join('\n')),
    // Names stand in a list of words.
    inputs: parts.map(([name, digest]) => `${encodeURI(name)}=${digest.slice(0, 8)}`).join(' '),
  };
}

/** Short digests of a context's files, by path: enough to tell later which of them changed. */
export type ContextDigests = Readonly<Record<string, string>>;

export function contextDigests(entries: readonly ContextEntry[]): ContextDigests {
  // A folder that comes or goes with its files says nothing beside them.
  const files = entries.filter(({ mode }) => !mode.startsWith('dir'));
  return Object.fromEntries(
    files.map(({ path, mode, digest }) => [path, `${mode}:${digest.slice(0, 12)}`]),
  );
}

/** How many files a cause names. */
const NAMED = 3;

function changedPaths(before: ContextDigests, after: ContextDigests): readonly string[] {
  const paths = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  const changes = paths.flatMap((path) => {
    if (before[path] === after[path]) return [];
    if (before[path] === undefined) return [`${path} is new`];
    return after[path] === undefined ? [`${path} is gone`] : [`${path} changed`];
  });
  const more = changes.length - NAMED;
  return more > 0 ? [...changes.slice(0, NAMED), `${counted(more, 'more file')} changed`] : changes;
}

/**
 * Why an image is not the one that its inputs make; undefined when it is.
 * @param files of the contexts then and now, by path; undefined where nobody remembers.
 */
export function serviceStaleness(
  labels: Readonly<Record<string, string>>,
  now: Fingerprint,
  files?: { readonly before: ContextDigests; readonly after: ContextDigests },
): string | undefined {
  const before = labels[IMAGE_LABELS.fingerprint];
  if (before === now.value) return undefined;
  const inputs = labels[IMAGE_LABELS.inputs];
  if (before === undefined || inputs === undefined) return 'not built from these files';
  const changed = changedInputs(inputs, now.inputs).map(decodeURI);
  const named = files === undefined ? [] : changedPaths(files.before, files.after);
  const causes = [
    ...named,
    ...changed
      .filter((name) => named.length === 0 || !isContext(name))
      .filter((name) => !(name === 'Dockerfile' && named.some((one) => /Dockerfile /.test(one))))
      .map((name) => `${name} changed`),
  ];
  return causes.length === 0 ? 'built in another way' : causes.join(', ');
}

/** Contexts' files are told by name. */
function isContext(name: string): boolean {
  return name === 'context' || name.startsWith('context ');
}
