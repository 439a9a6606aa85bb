import { join } from 'node:path';
import { isOfficial } from '../../compose/check/official-images.ts';
import type { Failure } from '../../events/failure.ts';
import type { ContextEntry } from '../../images/context.ts';
import { copiedEntries } from '../../images/copied-context.ts';
import { baseImageName } from '../../images/reference.ts';
import {
  scanServiceContext,
  serviceContexts,
  type ContextLook,
  type DigestCache,
  type ServiceContext,
} from '../../images/service-context.ts';
import {
  buildArguments,
  contextImages,
  dockerfileBases,
  readServiceDockerfile,
  type ServiceDockerfile,
} from '../../images/service-dockerfile.ts';
import { buildOf, familiarReference, serviceReference } from '../../images/service-reference.ts';
import { DEV_FOLDER } from '../../model/places.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import { stateFile, writeBuildState } from './build-state.ts';
import type { OnRead } from './long-reading.ts';
import type { Prepared } from './prepare.ts';
import { readJson } from '../../util/read-json.ts';

export interface ScannedContext extends ServiceContext {
  readonly entries: readonly ContextEntry[];
}

/** What a service's image is built of, by itself: what it begins with may be built as well. */
export interface BuildDraft {
  readonly service: string;
  readonly reference: string;
  readonly build: PlainMapping;
  readonly dockerfile: ServiceDockerfile | undefined;
  /** Images that the Dockerfile begins with or copies from, and those that are contexts. */
  readonly bases: readonly string[];
  readonly contexts: readonly ScannedContext[];
}

/** What a build's own context is called among its contexts. */
const BUILD_CONTEXT = 'context';

export type InputsWorld = Pick<World, 'files' | 'clock'>;

function isCache(value: unknown): value is DigestCache {
  return (
    isMapping(value) &&
    Object.values(value).every((pair) => Array.isArray(pair) && pair.length === 2)
  );
}

function scanAll(
  prepared: Prepared,
  service: string,
  contexts: readonly ServiceContext[],
  lookAt: (context: ServiceContext) => Omit<ContextLook, 'nowMs'>,
  { files, clock }: InputsWorld,
  write: boolean,
): Result<readonly ScannedContext[], Failure> {
  const path = stateFile(prepared, service, 'seen');
  // A cache: what cannot be read is made again.
  const stored = readJson(path, files);
  const scanned: ScannedContext[] = [];
  const caches: Record<string, DigestCache> = {};
  let learned = false;
  for (const context of contexts) {
    const key = `${context.name} ${context.folder}`;
    const known = mappingAt(stored, key);
    const look = { ...lookAt(context), nowMs: clock.now() };
    const scan = scanServiceContext(context, isCache(known) ? known : {}, look, files);
    if (!scan.ok) return scan;
    scanned.push({ ...context, entries: scan.value.entries });
    caches[key] = scan.value.cache;
    learned ||= scan.value.learned;
  }
  if (learned && write) writeBuildState(path, caches, files);
  return ok(scanned);
}

/** Values that `args:` leaves to the environment are part of what is built. */
function withArguments(
  build: PlainMapping,
  variables: Readonly<Record<string, string>>,
): PlainMapping {
  const { args } = build;
  if (args === undefined || args === null) return build;
  const names = Array.isArray(args)
    ? args.map((item: unknown) => String(item).split('=')[0] ?? '')
    : Object.keys(isMapping(args) ? args : {});
  const given = buildArguments(build);
  return {
    ...build,
    args: Object.fromEntries(names.map((name) => [name, given.get(name) ?? variables[name]])),
  };
}

/**
 * Folders that the tool has made for modules' dependencies, which lie in volumes: none of the repository's
 * files. One that somebody has filled is sent, as Compose does.
 */
function emptyMountPoints(
  { installs, opened }: Prepared,
  files: Pick<Files, 'list' | 'isDirectory'>,
): readonly string[] {
  return [...installs.values()].flatMap(({ folder, install }) =>
    install.directories
      .filter((directory) => !directory.startsWith('/'))
      .map((directory) => join(opened.project.root, folder, directory))
      .filter((path) => files.isDirectory(path) && files.list(path).length === 0),
  );
}

/** Reads what one service is built of; undefined where nothing builds it. */
export function readBuildDraft(
  prepared: Prepared,
  service: string,
  onRead: OnRead,
  world: InputsWorld,
  write: boolean,
): Result<BuildDraft | undefined, Failure> {
  const definition = mappingAt(mappingAt(prepared.document, 'services'), service);
  const written = buildOf(definition);
  if (written === undefined) return ok(undefined);
  const build = withArguments(written, prepared.environment.variables);
  const dockerfile = readServiceDockerfile(build, world.files);
  if (!dockerfile.ok) return dockerfile;
  const { project } = prepared.opened;
  const own = [
    join(project.root, DEV_FOLDER),
    join(project.root, 'dev.settings.yaml'),
    ...emptyMountPoints(prepared, world.files),
  ];
  const contexts = serviceContexts(build, { own }, world.files);
  if (!contexts.ok) return contexts;
  const text = dockerfile.value?.text;
  const scanned = scanAll(
    prepared,
    service,
    contexts.value,
    ({ name }) => ({
      onRead: (path, bytes) => onRead(service, path, bytes),
      ...(text !== undefined &&
        name === BUILD_CONTEXT && {
          select: (entries) => copiedOf(entries, text, build, prepared),
        }),
    }),
    world,
    write,
  );
  if (!scanned.ok) return scanned;
  return ok({
    service,
    reference: serviceReference(definition, service, prepared.opened.instance),
    build,
    dockerfile: dockerfile.value,
    bases: basesOf(build, dockerfile.value, prepared),
    contexts: scanned.value,
  });
}

function basesOf(
  build: PlainMapping,
  dockerfile: ServiceDockerfile | undefined,
  { document, opened }: Prepared,
): readonly string[] {
  const services = mappingAt(document, 'services');
  const ofContexts = contextImages(build, (service) =>
    serviceReference(mappingAt(services, service), service, opened.instance),
  );
  return [
    ...new Set([
      ...(dockerfile === undefined ? [] : dockerfileBases(dockerfile, build)),
      ...ofContexts,
    ]),
  ];
}

/** What is edited beside what a Dockerfile copies makes no other image: the file of another service. */
function copiedOf(
  entries: readonly ContextEntry[],
  dockerfile: string,
  build: PlainMapping,
  { hierarchy }: Prepared,
): readonly ContextEntry[] {
  const { target } = build;
  return copiedEntries(entries, {
    dockerfile,
    target: typeof target === 'string' ? target : undefined,
    args: buildArguments(build),
    isPlain: (reference) => {
      const own = hierarchy.get(baseImageName(reference) ?? '');
      if (own !== undefined) return own.origin === 'tool';
      const [, name = '', tag = ''] = /^([^:@]+)(.*)$/.exec(familiarReference(reference)) ?? [];
      return isOfficial(name) && !tag.includes('onbuild');
    },
  });
}
