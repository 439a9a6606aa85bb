import { sha256 } from '../../util/sha256.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { pushImage as pushCommand } from '../../ports/docker-command.ts';
import type { Registry, RegistryManifest } from '../../ports/registry.ts';
import type { World } from '../../ports/world.ts';
import {
  registryHost,
  repositoryPath,
  type Release,
  type ReleasedImage,
  type ReleaseRepository,
} from '../../release/release.ts';
import { signatureTag, type Signer } from '../../release/signing.ts';
import { isMapping, mappingAt } from '../../model/plain.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { layImageSignature } from './signatures.ts';

const EMPTY_CONFIG = '{}';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const ARTIFACT_TYPE = 'application/vnd.onestack.release.v1';
/** Where a release's documents lie, beside its images. */
export const DOCUMENTS = 'documents';

type PushWorld = Pick<World, 'engine' | 'processes' | 'registry' | 'host'>;

/** What a manifest names: its configuration and layers. */
export function blobsOf({ text }: RegistryManifest): readonly string[] {
  const manifest: unknown = JSON.parse(text);
  const layers = isMapping(manifest) && Array.isArray(manifest['layers']) ? manifest['layers'] : [];
  return [mappingAt(manifest, 'config'), ...(layers as unknown[])].flatMap((one) =>
    isMapping(one) && typeof one['digest'] === 'string' ? [one['digest']] : [],
  );
}

/** Of an image: what the engine calls it by. */
export const configOf = (manifest: RegistryManifest): string | undefined => blobsOf(manifest)[0];

function refused(what: string, said: string, host: string): Failure {
  const why = said.trim().split('\n').at(-1) ?? '';
  const cure = /unauthorized|no basic auth|denied|401|403/.test(why)
    ? `docker login ${host}`
    : /no space|507/.test(why)
      ? 'Make room in the registry, and try again: what is there stays'
      : 'Look at the registry, and try again: what is there stays';
  return { reason: 'host', what, why, cure };
}

/**
 * Puts an image into the registry under the key of its inputs, and makes sure that it is the one that was tried.
 * @returns the digest of its manifest.
 */
export async function publishImage(
  { name, image, registry }: { name: string; image: ReleasedImage; registry: string },
  world: PushWorld,
  { signal }: Progress,
): Promise<Result<string, Failure>> {
  const host = registryHost(registry);
  const path = repositoryPath(registry, 'integration', name);
  const key = image.key.slice(0, 12);
  const client = await world.registry(host);
  const there = await client.manifest(path, key);
  if (!there.ok) return there;
  if (there.value !== undefined && configOf(there.value) === image.id)
    return ok(there.value.digest);
  // The engine would try for a minute, and not say what a registry's trouble is.
  const takes = await client.takes(path);
  if (!takes.ok) return takes;
  const target = `${host}/${path}:${key}`;
  const engine = await world.engine();
  const tagged = await engine.tagImage(image.id, target);
  if (!tagged.ok) return tagged;
  const { environment: env } = world.host;
  const pushed = await world.processes.run(pushCommand(target), { env, signal });
  await engine.removeImage(target);
  if (signal.aborted)
    return fail({ reason: 'interrupted', what: `the push of ${name} was interrupted` });
  if (pushed.status !== 0) {
    const still = await client.takes(path);
    return still.ok ? fail(refused(`${target} could not be pushed`, pushed.stderr, host)) : still;
  }
  const now = await client.manifest(path, key);
  if (!now.ok) return now;
  if (now.value !== undefined && configOf(now.value) === image.id) return ok(now.value.digest);
  const why = 'what the registry has under it is not the image that was tried';
  return fail({ reason: 'files', what: `${target} is another image`, why });
}

/** What is to stand under a tag. */
interface Tagged {
  readonly path: string;
  readonly manifest: RegistryManifest;
}

/** Tags that stand for something else already: nothing is written over. */
async function refuseOthers(
  client: Registry,
  wanted: readonly Tagged[],
  tag: string,
  host: string,
): Promise<Result<void, Failure>> {
  for (const { path, manifest } of wanted) {
    const there = await client.manifest(path, tag);
    if (!there.ok) return there;
    if (there.value === undefined || there.value.digest === manifest.digest) continue;
    return fail({
      reason: 'files',
      what: `${host}/${path}:${tag} exists and is something else`,
      why: `${there.value.digest} is there, ${manifest.digest} is to be published`,
      cure: 'A version is never written over: release another commit, or remove the tag there',
    });
  }
  return ok(undefined);
}

/** First the version everywhere, then `latest`: who follows that finds all of it. */
async function setTags(
  client: Registry,
  wanted: readonly Tagged[],
  tag: string,
): Promise<Result<void, Failure>> {
  for (const name of [tag, 'latest']) {
    for (const { path, manifest } of wanted) {
      const written = await client.put(path, name, manifest);
      if (!written.ok) return written;
    }
  }
  return ok(undefined);
}

/** The documents of a release as one artifact. */
async function uploadDocuments(
  client: Registry,
  path: string,
  documents: ReadonlyMap<string, string>,
): Promise<Result<RegistryManifest, Failure>> {
  const config = await client.upload(path, EMPTY_CONFIG);
  if (!config.ok) return config;
  const layers = [];
  for (const [title, text] of documents) {
    const blob = await client.upload(path, text);
    if (!blob.ok) return blob;
    const annotations = { 'org.opencontainers.image.title': title };
    layers.push({ mediaType: 'application/json', ...blob.value, annotations });
  }
  const text = JSON.stringify({
    ...{ schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType: ARTIFACT_TYPE },
    config: { mediaType: 'application/vnd.oci.empty.v1+json', ...config.value },
    layers,
  });
  const digest = `sha256:${sha256(text)}`;
  return ok({ mediaType: OCI_MANIFEST, digest, text });
}

/** The manifests of a release's images, each exactly what was released. */
async function manifestsOf(
  client: Registry,
  { images, registry = '' }: Release,
  repository: ReleaseRepository,
): Promise<Result<ReadonlyMap<string, RegistryManifest>, Failure>> {
  const found = new Map<string, RegistryManifest>();
  for (const [name, { digest = '' }] of Object.entries(images)) {
    const path = repositoryPath(registry, repository, name);
    const manifest = await client.manifest(path, digest);
    if (!manifest.ok) return manifest;
    if (manifest.value === undefined) {
      const what = `${registryHost(registry)}/${path}@${digest} is not there any more`;
      return fail({ reason: 'files', what, cure: 'dev release' });
    }
    found.set(name, manifest.value);
  }
  return ok(found);
}

/** Publishes a release whose images are in the registry: documents, signatures, its version, `latest`. */
export async function publish(
  release: Release,
  documents: ReadonlyMap<string, string>,
  signer: Signer | undefined,
  world: PushWorld,
): Promise<Result<void, Failure>> {
  const { registry = '', tag } = release;
  const host = registryHost(registry);
  const client = await world.registry(host);
  const images = await manifestsOf(client, release, 'integration');
  if (!images.ok) return images;
  const path = repositoryPath(registry, 'integration', DOCUMENTS);
  const artifact = await uploadDocuments(client, path, documents);
  if (!artifact.ok) return artifact;
  const wanted = [
    ...[...images.value].map(([name, manifest]) => ({
      ...{ path: repositoryPath(registry, 'integration', name), manifest },
    })),
    { path, manifest: artifact.value },
  ];
  const free = await refuseOthers(client, wanted, tag, host);
  if (!free.ok) return free;
  for (const { path: at, manifest } of wanted) {
    if (signer === undefined) break;
    const subject = { host, path: at, digest: manifest.digest };
    const laid = await layImageSignature(client, subject, { release, signer });
    if (!laid.ok) return laid;
  }
  return setTags(client, wanted, tag);
}

interface Way {
  readonly from: string;
  readonly path: string;
}

async function takeContents(
  client: Registry,
  { path, from }: Way,
  manifest: RegistryManifest,
): Promise<Result<void, Failure>> {
  for (const digest of blobsOf(manifest)) {
    const mounted = await client.mount(path, digest, from);
    if (!mounted.ok) return mounted;
  }
  return ok(undefined);
}

/** What vouches for a manifest goes with it; most have nothing that does. */
async function takeSignature(
  client: Registry,
  way: Way,
  digest: string,
): Promise<Result<void, Failure>> {
  const tag = signatureTag(digest);
  const signature = await client.manifest(way.from, tag);
  if (!signature.ok || signature.value === undefined)
    return signature.ok ? ok(undefined) : signature;
  const taken = await takeContents(client, way, signature.value);
  return taken.ok ? client.put(way.path, tag, signature.value) : taken;
}

/** Takes a release over from one repository into the other, by digest: nothing is built, and no bytes are sent. */
export async function takeOverTag(
  release: Release,
  world: PushWorld,
): Promise<Result<void, Failure>> {
  const { registry = '', tag } = release;
  const host = registryHost(registry);
  const client = await world.registry(host);
  const images = await manifestsOf(client, release, 'integration');
  if (!images.ok) return images;
  const documents = await client.manifest(repositoryPath(registry, 'integration', DOCUMENTS), tag);
  if (!documents.ok) return documents;
  const all = [
    ...images.value,
    ...(documents.value === undefined ? [] : [[DOCUMENTS, documents.value] as const]),
  ];
  const wanted = all.map(([name, manifest]) => ({
    ...{ path: repositoryPath(registry, 'release', name), manifest, name },
  }));
  const free = await refuseOthers(client, wanted, tag, host);
  if (!free.ok) return free;
  for (const { path, manifest, name } of wanted) {
    const from = repositoryPath(registry, 'integration', name);
    const taken = await takeContents(client, { path, from }, manifest);
    if (!taken.ok) return taken;
    const signed = await takeSignature(client, { path, from }, manifest.digest);
    if (!signed.ok) return signed;
  }
  return setTags(client, wanted, tag);
}
