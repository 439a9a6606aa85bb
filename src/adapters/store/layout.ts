import { sha256 } from '../../util/sha256.ts';
import type { ArtifactKind, StoredArtifact } from '../../ports/artifact-store.ts';

/** What the OCI image specification calls a descriptor. */
interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';
const KINDS: Readonly<Record<ArtifactKind, string>> = {
  artifact: 'application/vnd.oci.image.layer.v1.tar',
  dependencies: 'application/vnd.oci.image.layer.v1.tar',
  installed: 'application/vnd.oci.image.layer.v1.tar',
  profiles: 'application/vnd.oci.image.layer.v1.tar',
  check: 'text/plain',
  // Or an archive, of one that keeps files.
  stage: 'application/octet-stream',
};
const isKind = (text: string): text is ArtifactKind => Object.hasOwn(KINDS, text);
const ARTIFACT_TYPE = 'application/vnd.onestack.';

/** Contents of `oci-layout`, and of the empty configuration that artifacts have. */
export const LAYOUT = '{"imageLayoutVersion":"1.0.0"}';
export const EMPTY_CONFIG = '{}';

const described = (text: string, mediaType: string): Descriptor => ({
  mediaType,
  digest: `sha256:${sha256(text)}`,
  size: Buffer.byteLength(text),
});

const NAMES = {
  key: 'dev.onestack.key',
  name: 'org.opencontainers.image.title',
  commit: 'org.opencontainers.image.revision',
  made: 'org.opencontainers.image.created',
  took: 'dev.onestack.took-ms',
  blob: 'dev.onestack.blob',
  size: 'dev.onestack.blob-size',
} as const;

/** The manifest of an artifact as its exact text, and the index's entry for it. */
export function manifestOf(artifact: StoredArtifact): {
  readonly text: string;
  readonly descriptor: Descriptor;
} {
  const { key, kind, name, blob, commit, madeAtMs, tookMs } = artifact;
  const annotations = {
    [NAMES.key]: key,
    [NAMES.name]: name,
    [NAMES.commit]: commit,
    [NAMES.made]: new Date(madeAtMs).toISOString(),
    [NAMES.took]: String(tookMs),
  };
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: `${ARTIFACT_TYPE}${kind}`,
    config: described(EMPTY_CONFIG, EMPTY),
    layers: [{ mediaType: KINDS[kind], digest: `sha256:${blob.digest}`, size: blob.sizeBytes }],
    annotations,
  });
  const shown = { [NAMES.blob]: blob.digest, [NAMES.size]: String(blob.sizeBytes) };
  return {
    text,
    descriptor: {
      ...described(text, MANIFEST),
      artifactType: `${ARTIFACT_TYPE}${kind}`,
      annotations: { ...annotations, ...shown },
    },
  };
}

export const EMPTY_INDEX: ImageIndex = { schemaVersion: 2, mediaType: INDEX, manifests: [] };

/** Of what one module has installed so many are kept: they are large, and made again by their lockfile. */
const KEPT_INSTALLS = 3;
const DIGEST = /^[0-9a-f]{64}$/;

/** The index with one more artifact, which takes the place of an older one of its key. */
export function withArtifact(index: ImageIndex, descriptor: Descriptor): ImageIndex {
  const key = descriptor.annotations?.[NAMES.key];
  const others = index.manifests.filter(({ annotations }) => annotations?.[NAMES.key] !== key);
  const manifests = [...others, descriptor];
  const [added] = artifactOf(descriptor);
  if (added?.kind !== 'installed') return { ...index, manifests };
  const alike = manifests.filter((one) => {
    const [artifact] = artifactOf(one);
    return artifact?.kind === 'installed' && artifact.name === added.name;
  });
  const old = new Set(alike.slice(0, -KEPT_INSTALLS));
  return { ...index, manifests: manifests.filter((one) => !old.has(one)) };
}

/** Digests, hex, of blobs that an index no longer speaks of. */
export function droppedBlobs(before: ImageIndex, after: ImageIndex): readonly string[] {
  const blobsIn = ({ manifests }: ImageIndex): readonly string[] =>
    manifests.flatMap((one) => {
      const blob = one.annotations?.[NAMES.blob];
      const own = one.digest.replace(/^sha256:/, '');
      return blob === undefined ? [own] : [own, blob];
    });
  const still = new Set(blobsIn(after));
  return blobsIn(before).filter((digest) => DIGEST.test(digest) && !still.has(digest));
}

function artifactOf({
  artifactType = '',
  annotations = {},
}: Descriptor): readonly StoredArtifact[] {
  const kind = artifactType.slice(ARTIFACT_TYPE.length);
  const value = (name: string): string => annotations[name] ?? '';
  const blob = { digest: value(NAMES.blob), sizeBytes: Number(value(NAMES.size)) };
  const madeAtMs = Date.parse(value(NAMES.made));
  const sound = DIGEST.test(blob.digest) && Number.isSafeInteger(blob.sizeBytes);
  if (!artifactType.startsWith(ARTIFACT_TYPE) || !isKind(kind) || !sound) return [];
  if (value(NAMES.key) === '' || Number.isNaN(madeAtMs)) return [];
  return [
    {
      ...{ key: value(NAMES.key), kind, name: value(NAMES.name), commit: value(NAMES.commit) },
      ...{ blob, madeAtMs, tookMs: Number(value(NAMES.took)) },
    },
  ];
}

/** Artifacts of an index by key; entries that are not ours, or that somebody has broken, are passed over. */
export function artifactsOf(index: ImageIndex): ReadonlyMap<string, StoredArtifact> {
  return new Map(index.manifests.flatMap(artifactOf).map((one) => [one.key, one]));
}

/** The first entry that says something else than the manifest by whose digest it is called. */
export function alteredIn({ manifests }: ImageIndex): string | undefined {
  return manifests.find((descriptor) => {
    const [artifact] = artifactOf(descriptor);
    return artifact !== undefined && manifestOf(artifact).descriptor.digest !== descriptor.digest;
  })?.digest;
}

/** Reads the text of an index; undefined when it is none. */
export function parseIndex(text: string): ImageIndex | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('manifests' in value)) return undefined;
    if (!Array.isArray(value.manifests)) return undefined;
    const isObject = (one: unknown): boolean => typeof one === 'object' && one !== null;
    // Each entry is looked at again where it is read.
    return { ...EMPTY_INDEX, manifests: value.manifests.filter(isObject) as Descriptor[] };
  } catch {
    return undefined;
  }
}
