import type { Failure } from '../../events/failure.ts';
import type { Registry, RegistryManifest } from '../../ports/registry.ts';
import type { World } from '../../ports/world.ts';
import { repositoryPath, type Release } from '../../release/release.ts';
import type { Signer } from '../../release/signing.ts';
import { ok, type Result } from '../../util/result.ts';
import { sha256 } from '../../util/sha256.ts';
import { DOCUMENTS, inRegistry } from './manifests.ts';
import { layImageSignature } from './signatures.ts';
import { refuseOthers, setTags } from './tags.ts';

const EMPTY_CONFIG = '{}';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const ARTIFACT_TYPE = 'application/vnd.onestack.release.v1';

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

/**
 * Publishes a release whose images are in the registry: documents, signatures, its version, `latest`.
 * @returns a word to the person.
 */
export async function publish(
  release: Release,
  documents: ReadonlyMap<string, string>,
  { signer, isLatest }: { readonly signer: Signer | undefined; readonly isLatest: boolean },
  world: Pick<World, 'registry'>,
): Promise<Result<string | undefined, Failure>> {
  const { registry = '', tag } = release;
  const there = await inRegistry(release, 'integration', world);
  if (!there.ok) return there;
  const { client, host, images } = there.value;
  const path = repositoryPath(registry, 'integration', DOCUMENTS);
  const artifact = await uploadDocuments(client, path, documents);
  if (!artifact.ok) return artifact;
  const wanted = [
    ...[...images].map(([name, manifest]) => ({
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
  return setTags(client, wanted, { tag, isLatest });
}
