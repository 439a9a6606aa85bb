import type { Failure } from '../../events/failure.ts';
import { isMapping, mappingAt } from '../../model/plain.ts';
import type { Registry, RegistryManifest } from '../../ports/registry.ts';
import type { World } from '../../ports/world.ts';
import {
  registryHost,
  repositoryPath,
  type Release,
  type ReleaseRepository,
} from '../../release/release.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** Where a release's documents lie, beside its images. */
export const DOCUMENTS = 'documents';

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

/** A release's images in the registry that it is in. */
export interface InRegistry {
  readonly client: Registry;
  readonly host: string;
  /** By the image's name. */
  readonly images: ReadonlyMap<string, RegistryManifest>;
}

/** The manifests of a release's images, each exactly what was released. */
export async function inRegistry(
  { images, registry = '' }: Release,
  repository: ReleaseRepository,
  world: Pick<World, 'registry'>,
): Promise<Result<InRegistry, Failure>> {
  const host = registryHost(registry);
  const client = await world.registry(host);
  const found = new Map<string, RegistryManifest>();
  for (const [name, { digest = '' }] of Object.entries(images)) {
    const path = repositoryPath(registry, repository, name);
    const manifest = await client.manifest(path, digest);
    if (!manifest.ok) return manifest;
    if (manifest.value === undefined) {
      const what = `${host}/${path}@${digest} is not there any more`;
      return fail({ reason: 'files', what, cure: 'dev release' });
    }
    found.set(name, manifest.value);
  }
  return ok({ client, host, images: found });
}
