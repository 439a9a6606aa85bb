import type { Failure } from '../../events/failure.ts';
import { isMapping } from '../../model/plain.ts';
import type { Registry, RegistryManifest } from '../../ports/registry.ts';
import type { Verifier } from '../../release/signing.ts';
import type { World } from '../../ports/world.ts';
import {
  registryHost,
  repositoryPath,
  type Release,
  type ReleaseRepository,
} from '../../release/release.ts';
import { checkImageSignature } from './signatures.ts';
import { blobsOf, configOf, DOCUMENTS } from './manifests.ts';

interface Looked {
  readonly client: Registry;
  readonly release: Release;
  readonly repository: ReleaseRepository;
  /** Every byte is read and digested, not only what tags stand for. */
  readonly deep: boolean;
  /** Who may have signed; empty: nobody has to. */
  readonly verifiers: readonly Verifier[];
}

const altered = (what: string, why: string): Failure => ({ reason: 'files', what, why });

/** Contents of a manifest that are not there, or are something else than they are called. */
async function contentProblems(
  { client, release: { registry = '' } }: Looked,
  path: string,
  manifest: RegistryManifest,
): Promise<readonly Failure[]> {
  const place = `${registryHost(registry)}/${path}`;
  const problems: Failure[] = [];
  // One after the other: layers are large, and whoever asks for all of them at once waits for each.
  for (const digest of blobsOf(manifest)) {
    const there = await client.holds(path, digest);
    if (!there.ok) problems.push(there.failure);
    else if (!there.value)
      problems.push(altered(`${place}@${digest} is not there`, 'it is a part of it'));
  }
  return problems;
}

async function unsignedProblems(
  { client, verifiers, release: { registry = '' } }: Looked,
  path: string,
  { digest }: RegistryManifest,
): Promise<readonly Failure[]> {
  if (verifiers.length === 0) return [];
  const subject = { host: registryHost(registry), path, digest };
  const signed = await checkImageSignature(client, subject, verifiers);
  return signed.ok ? [] : [signed.failure];
}

/** What stands under a release's tag, if it is what was released. */
async function tagProblems(
  looked: Looked,
  name: string,
  differs: (manifest: RegistryManifest) => string | undefined,
): Promise<readonly Failure[]> {
  const { client, release, repository, deep } = looked;
  const { registry = '', tag } = release;
  const path = repositoryPath(registry, repository, name);
  const place = `${registryHost(registry)}/${path}:${tag}`;
  const there = await client.manifest(path, tag);
  if (!there.ok) return [there.failure];
  if (there.value === undefined) return [{ reason: 'files', what: `${place} is not there` }];
  const why = differs(there.value);
  if (why !== undefined) return [altered(`${place} is not what was released`, why)];
  const unsigned = await unsignedProblems(looked, path, there.value);
  return [...unsigned, ...(deep ? await contentProblems(looked, path, there.value) : [])];
}

/** Title → digest of the layers of the documents' artifact. */
function titlesOf({ text }: RegistryManifest): ReadonlyMap<string, string> {
  const manifest: unknown = JSON.parse(text);
  const layers = isMapping(manifest) && Array.isArray(manifest['layers']) ? manifest['layers'] : [];
  return new Map(
    (layers as unknown[]).flatMap((layer) => {
      if (!isMapping(layer) || !isMapping(layer['annotations'])) return [];
      const title = layer['annotations']['org.opencontainers.image.title'];
      const { digest } = layer;
      return typeof title === 'string' && typeof digest === 'string' ? [[title, digest]] : [];
    }),
  );
}

/** What of a release is not as it was released, in its registry. */
export async function registryProblems(
  release: Release,
  { repository, deep, verifiers }: Pick<Looked, 'repository' | 'deep' | 'verifiers'>,
  world: Pick<World, 'registry'>,
): Promise<readonly Failure[]> {
  const client = await world.registry(registryHost(release.registry ?? ''));
  const looked = { client, release, repository, deep, verifiers };
  const problems: Failure[] = [];
  for (const [name, image] of Object.entries(release.images)) {
    const found = await tagProblems(looked, name, (manifest) => {
      if (manifest.digest === image.digest && configOf(manifest) === image.id) return undefined;
      return `${manifest.digest} is there, ${image.digest ?? image.id} was released`;
    });
    problems.push(...found);
  }
  const documents = await tagProblems(looked, DOCUMENTS, (manifest) => {
    const there = titlesOf(manifest);
    const other = Object.entries(release.documents).find(
      ([title, digest]) => there.get(title) !== digest,
    );
    if (other === undefined) return undefined;
    const [title, digest] = other;
    return `${title} is ${there.get(title) ?? 'missing'}, ${digest} was released`;
  });
  return [...problems, ...documents];
}
