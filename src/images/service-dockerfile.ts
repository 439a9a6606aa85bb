import { isAbsolute, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { isMapping, type PlainMapping } from '../model/plain.ts';
import type { Files } from '../ports/files.ts';
import { ok, type Result } from '../util/result.ts';
import { parseDockerfile } from './dockerfile.ts';

/** A service's Dockerfile, as far as it lies on this machine. */
export interface ServiceDockerfile {
  /** Absolute; of one that stands in the Compose file, the words `dockerfile_inline`. */
  readonly path: string;
  readonly text: string;
}

/** Whether a context is fetched by the builder: a repository of git, an archive, standard input. */
export function isRemoteContext(context: string): boolean {
  return /^(?:https?|git|ssh|oci-layout|docker-image):\/\/|^git@|^github\.com\/|^-$/.test(context);
}

/** The context's folder, absolute; undefined for one that the builder fetches. */
export function contextFolder(build: PlainMapping): string | undefined {
  const { context } = build;
  return typeof context !== 'string' || isRemoteContext(context) ? undefined : context;
}

/** Reads it; undefined where the builder fetches it, or there is none (the build says so). */
export function readServiceDockerfile(
  build: PlainMapping,
  files: Pick<Files, 'read'>,
): Result<ServiceDockerfile | undefined, Failure> {
  const { dockerfile, dockerfile_inline: inline } = build;
  if (typeof inline === 'string') return ok({ path: 'dockerfile_inline', text: inline });
  const folder = contextFolder(build);
  const name = typeof dockerfile === 'string' ? dockerfile : 'Dockerfile';
  if (folder === undefined && !isAbsolute(name)) return ok(undefined);
  const path = isAbsolute(name) ? name : join(folder ?? '', name);
  const text = files.read(path);
  if (!text.ok) return text;
  return ok(text.value === undefined ? undefined : { path, text: text.value });
}

const isText = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** `args:` as text; those that are left to the environment have no value. */
export function buildArguments(build: PlainMapping): ReadonlyMap<string, string> {
  const { args } = build;
  const pairs: readonly (readonly [string, unknown])[] = Array.isArray(args)
    ? args.map((item: unknown) => {
        const [name = '', ...rest] = String(item).split('=');
        return [name, rest.length === 0 ? null : rest.join('=')] as const;
      })
    : Object.entries(isMapping(args) ? args : {});
  return new Map(
    pairs.flatMap(([name, value]) => (isText(value) ? [[name, String(value)] as const] : [])),
  );
}

/** Further contexts of a build, by the name that its Dockerfile has for them. */
export function furtherContexts(build: PlainMapping): ReadonlyMap<string, string> {
  const { additional_contexts: contexts } = build;
  return new Map(
    Object.entries(isMapping(contexts) ? contexts : {}).flatMap(([name, source]) =>
      typeof source === 'string' ? [[name, source] as const] : [],
    ),
  );
}

/** The service whose image a context is: `service:NAME`. */
export function serviceOfContext(source: string): string | undefined {
  return /^service:(.+)$/.exec(source)?.[1];
}

/** Images from outside of the Dockerfile that it begins with or copies from. Further contexts are none. */
export function dockerfileBases(
  { text }: ServiceDockerfile,
  build: PlainMapping,
): readonly string[] {
  const { stages, copied } = parseDockerfile(text, buildArguments(build));
  const stageNames = new Set(stages.flatMap(({ name }) => name ?? []));
  const contexts = furtherContexts(build);
  const named = [...stages.map(({ from }) => from), ...copied];
  return [
    ...new Set(
      named.flatMap(({ reference }) =>
        reference === undefined ||
        reference === 'scratch' ||
        contexts.has(reference) ||
        stageNames.has(reference.toLowerCase())
          ? []
          : [reference],
      ),
    ),
  ];
}

const IMAGE_CONTEXT = 'docker-image://';

/** Images that are contexts of a build: those of other services, and named ones. */
export function contextImages(
  build: PlainMapping,
  referenceOf: (service: string) => string,
): readonly string[] {
  return [...furtherContexts(build).values()].flatMap((source) => {
    if (source.startsWith(IMAGE_CONTEXT)) return [source.slice(IMAGE_CONTEXT.length)];
    const service = serviceOfContext(source);
    return service === undefined ? [] : [referenceOf(service)];
  });
}
