import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { isOfficial } from '../../compose/check/official-images.ts';
import type { ContextEntry } from '../../images/context.ts';
import { copiedEntries } from '../../images/copied-context.ts';
import type { Fingerprint } from '../../images/fingerprint.ts';
import { pullPolicy } from '../../images/pull-policy.ts';
import { baseImageName, IMAGE_LABELS, SERVICE_IMAGE_KIND } from '../../images/reference.ts';
import {
  scanServiceContext,
  serviceContexts,
  type ContextLook,
  type DigestCache,
  type ServiceContext,
} from '../../images/service-context.ts';
import {
  buildArguments,
  dockerfileBases,
  readServiceDockerfile,
  type ServiceDockerfile,
} from '../../images/service-dockerfile.ts';
import {
  contextDigests,
  serviceFingerprint,
  serviceStaleness,
  type ContextDigests,
} from '../../images/service-fingerprint.ts';
import {
  buildOf,
  familiarReference,
  findImage,
  serviceReference,
} from '../../images/service-reference.ts';
import { DEV_FOLDER } from '../../model/places.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { ImageSummary } from '../../ports/engine.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import { longReading, type OnRead } from './long-reading.ts';
import type { Prepared } from './prepare.ts';

export interface ScannedContext extends ServiceContext {
  readonly entries: readonly ContextEntry[];
}

/** All that a service's image is built of. */
export interface BuildInputs {
  readonly service: string;
  readonly reference: string;
  readonly build: PlainMapping;
  readonly dockerfile: ServiceDockerfile | undefined;
  /** Images that the Dockerfile begins with or copies from. */
  readonly bases: readonly string[];
  readonly contexts: readonly ScannedContext[];
  readonly fingerprint: Fingerprint;
}

/** What a build's own context is called among its contexts. */
const BUILD_CONTEXT = 'context';

type InputsWorld = Pick<World, 'files' | 'clock'>;

function stateFile({ opened }: Prepared, service: string, kind: 'seen' | 'built'): string {
  return join(opened.places.contexts, `${service}.${kind}.json`);
}

/** A cache: what cannot be read is made again. */
function readJson(path: string, files: Pick<Files, 'read'>): unknown {
  const text = files.read(path);
  if (!text.ok || text.value === undefined) return undefined;
  try {
    return JSON.parse(text.value) as unknown;
  } catch {
    return undefined;
  }
}

function writeJson(path: string, value: unknown, files: Files): void {
  const made = files.makeDirectory(join(path, '..'), { mode: 0o700 });
  // Without it the next run reads more than it would have to, or tells less: no reason to fail.
  if (made.ok) files.writeAtomic(path, JSON.stringify(value), { mode: 0o600, flush: false });
}

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
  if (learned && write) writeJson(path, caches, files);
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

type Draft = Omit<BuildInputs, 'fingerprint'>;

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

function readDraft(
  prepared: Prepared,
  service: string,
  onRead: OnRead,
  world: InputsWorld,
  write: boolean,
): Result<Draft | undefined, Failure> {
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
    bases: dockerfile.value === undefined ? [] : dockerfileBases(dockerfile.value, build),
    contexts: scanned.value,
  });
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

/** The inputs of every service that is built, each with its fingerprint. */
export function readBuildInputs(
  prepared: Prepared,
  services: readonly string[],
  images: readonly ImageSummary[],
  world: InputsWorld & { readonly report: Report },
  write: boolean,
): Result<ReadonlyMap<string, BuildInputs>, Failure> {
  const { document, hierarchy, opened } = prepared;
  const drafts = new Map<string, Draft>();
  const onRead = longReading(world);
  for (const service of services) {
    const draft = readDraft(prepared, service, onRead, world, write);
    if (!draft.ok) return draft;
    if (draft.value !== undefined) drafts.set(service, draft.value);
  }
  const done = new Map<string, BuildInputs>();
  const finish = (draft: Draft, within: readonly string[]): BuildInputs => {
    const before = done.get(draft.service);
    if (before !== undefined) return before;
    const path = [...within, draft.service];
    const versionOf = (reference: string): string => {
      const name = baseImageName(reference);
      const base = name === undefined ? undefined : hierarchy.get(name);
      if (base !== undefined) return base.fingerprint.value;
      const other = [...drafts.values()].find((one) => one.reference === reference);
      if (other !== undefined && !path.includes(other.service)) {
        return finish(other, path).fingerprint.value;
      }
      return findImage(images, reference)?.id ?? 'absent';
    };
    const { platform } = mappingAt(mappingAt(document, 'services'), draft.service);
    const fingerprint = serviceFingerprint({
      dockerfile: draft.dockerfile?.text,
      contexts: new Map(draft.contexts.map(({ name, entries }) => [name, entries])),
      build: draft.build,
      platform: typeof platform === 'string' ? platform : undefined,
      bases: new Map(draft.bases.map((reference) => [reference, versionOf(reference)])),
      root: opened.project.root,
    });
    const inputs = { ...draft, fingerprint };
    done.set(draft.service, inputs);
    return inputs;
  };
  for (const draft of drafts.values()) finish(draft, []);
  return ok(done);
}

/** Files of all contexts, as the project names them. */
function allDigests({ contexts }: BuildInputs, root: string): ContextDigests {
  const shown = (folder: string): string => {
    if (folder === root) return '';
    return folder.startsWith(`${root}/`) ? `${folder.slice(root.length + 1)}/` : `${folder}/`;
  };
  return Object.fromEntries(
    contexts.flatMap(({ folder, entries }) =>
      Object.entries(contextDigests(entries)).map(([path, digest]) => [
        shown(folder) + path,
        digest,
      ]),
    ),
  );
}

/** Why the image that a service has is not the one that its files make; undefined when it is. */
export function stalenessOf(
  inputs: BuildInputs,
  prepared: Prepared,
  images: readonly ImageSummary[],
  files: Pick<Files, 'read'>,
): string | undefined {
  const image = findImage(images, inputs.reference);
  if (image === undefined) return undefined;
  const definition = mappingAt(mappingAt(prepared.document, 'services'), inputs.service);
  const isOurs = image.labels[IMAGE_LABELS.kind] === SERVICE_IMAGE_KIND;
  // Where a registry is asked first, what it gave is right.
  const { kind } = pullPolicy(definition['pull_policy']);
  if (!isOurs && (kind === 'missing' || kind === 'always')) return undefined;
  const labels = isOurs ? image.labels : {};
  const fingerprint = labels[IMAGE_LABELS.fingerprint];
  if (fingerprint === inputs.fingerprint.value) return undefined;
  const built = readJson(stateFile(prepared, inputs.service, 'built'), files);
  const before = isMapping(built) && built['fingerprint'] === fingerprint ? built['files'] : {};
  const isKnown = isMapping(before) && Object.keys(before).length > 0;
  const after = allDigests(inputs, prepared.opened.project.root);
  return serviceStaleness(
    labels,
    inputs.fingerprint,
    isKnown ? { before: before as ContextDigests, after } : undefined,
  );
}

/** What the files were when an image was built: told apart from later ones by name. */
export function rememberBuilt(inputs: BuildInputs, prepared: Prepared, files: Files): void {
  const path = stateFile(prepared, inputs.service, 'built');
  const digests = allDigests(inputs, prepared.opened.project.root);
  writeJson(path, { fingerprint: inputs.fingerprint.value, files: digests }, files);
}

/** Labels that tell later what an image was built of. */
export function inputLabels({
  service,
  fingerprint,
}: BuildInputs): Readonly<Record<string, string>> {
  return {
    [IMAGE_LABELS.kind]: SERVICE_IMAGE_KIND,
    [IMAGE_LABELS.image]: service,
    [IMAGE_LABELS.fingerprint]: fingerprint.value,
    [IMAGE_LABELS.inputs]: fingerprint.inputs,
  };
}
