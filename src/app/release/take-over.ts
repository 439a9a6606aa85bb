import type { Failure } from '../../events/failure.ts';
import type { Registry, RegistryManifest } from '../../ports/registry.ts';
import type { World } from '../../ports/world.ts';
import { repositoryPath, type Release } from '../../release/release.ts';
import { signatureTag } from '../../release/signing.ts';
import { ok, type Result } from '../../util/result.ts';
import { blobsOf, DOCUMENTS, inRegistry } from './manifests.ts';
import { refuseOthers, setTags } from './tags.ts';

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
  { isLatest }: { readonly isLatest: boolean },
  world: Pick<World, 'registry'>,
): Promise<Result<string | undefined, Failure>> {
  const { registry = '', tag } = release;
  const there = await inRegistry(release, 'integration', world);
  if (!there.ok) return there;
  const { client, host, images } = there.value;
  const documents = await client.manifest(repositoryPath(registry, 'integration', DOCUMENTS), tag);
  if (!documents.ok) return documents;
  const all = [
    ...images,
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
  return setTags(client, wanted, { tag, isLatest });
}
