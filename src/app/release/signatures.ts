import { sha256 } from '../../util/sha256.ts';
import type { Failure } from '../../events/failure.ts';
import { isMapping } from '../../model/plain.ts';
import type { Registry, RegistryManifest } from '../../ports/registry.ts';
import type { Release, ReleaseState } from '../../release/release.ts';
import {
  cosignPayload,
  cosignSubject,
  releaseSigner,
  signatureTag,
  signedBy,
  signText,
  type Signer,
  type Verifier,
} from '../../release/signing.ts';
import { fail, ok, type Result } from '../../util/result.ts';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const PAYLOAD_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';
const SIGNATURE = 'dev.cosignproject.cosign/signature';

const digestOf = (text: string): string => `sha256:${sha256(text)}`;

/** What is signed: a manifest, where it lies. */
interface Subject {
  readonly host: string;
  /** Of the repository, without the host. */
  readonly path: string;
  readonly digest: string;
}

/** Lays a signature beside a manifest, where and as `cosign` does. */
export async function layImageSignature(
  client: Registry,
  { host, path, digest }: Subject,
  {
    release,
    signer,
  }: { readonly release: Pick<Release, 'version' | 'commit'>; readonly signer: Signer },
): Promise<Result<void, Failure>> {
  const payload = cosignPayload({ reference: `${host}/${path}`, digest }, release);
  const layer = await client.upload(path, payload);
  if (!layer.ok) return layer;
  const rootfs = { type: 'layers', diff_ids: [layer.value.digest] };
  const image = { architecture: '', os: '', created: '0001-01-01T00:00:00Z', config: {}, rootfs };
  const config = await client.upload(path, JSON.stringify(image));
  if (!config.ok) return config;
  const annotations = { [SIGNATURE]: signText(payload, signer) };
  const text = JSON.stringify({
    ...{ schemaVersion: 2, mediaType: OCI_MANIFEST },
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config.value },
    layers: [{ mediaType: PAYLOAD_TYPE, ...layer.value, annotations }],
  });
  const manifest = { mediaType: OCI_MANIFEST, digest: digestOf(text), text };
  return client.put(path, signatureTag(digest), manifest);
}

interface Claim {
  /** Of the text that is signed. */
  readonly digest: string;
  readonly signature: string;
}

function claimsOf({ text }: RegistryManifest): readonly Claim[] {
  const manifest: unknown = JSON.parse(text);
  const layers = isMapping(manifest) && Array.isArray(manifest['layers']) ? manifest['layers'] : [];
  return (layers as unknown[]).flatMap((layer) => {
    if (!isMapping(layer) || !isMapping(layer['annotations'])) return [];
    const { digest } = layer;
    const signature = layer['annotations'][SIGNATURE];
    return typeof digest === 'string' && typeof signature === 'string'
      ? [{ digest, signature }]
      : [];
  });
}

/** Whether one of those who may has signed a manifest; a failure says why not. */
export async function checkImageSignature(
  client: Registry,
  { host, path, digest }: Subject,
  verifiers: readonly Verifier[],
): Promise<Result<void, Failure>> {
  const place = `${host}/${path}@${digest}`;
  const manifest = await client.manifest(path, signatureTag(digest));
  if (!manifest.ok) return manifest;
  if (manifest.value === undefined) {
    const what = `${place} is not signed`;
    return fail({ reason: 'files', what, why: 'store.signedBy of dev.yaml says who has to' });
  }
  for (const { digest: signed, signature } of claimsOf(manifest.value)) {
    const payload = await client.read(path, signed);
    if (!payload.ok) return payload;
    if (payload.value === undefined || cosignSubject(payload.value) !== digest) continue;
    if (signedBy(payload.value, signature, verifiers) !== undefined) return ok(undefined);
  }
  const why = `none of its signatures is of ${verifiers.map(({ id }) => id).join(' or ')}`;
  return fail({ reason: 'files', what: `${place} is signed by nobody who may`, why });
}

type Vouched = Pick<ReleaseState, 'release' | 'signed'>;

/** Who vouches for what the ledger says of a release, of those who may. */
export function signerOf(
  { release, signed }: Vouched,
  verifiers: readonly Verifier[],
): Verifier | undefined {
  return signed && releaseSigner(release, signed, verifiers);
}

/** Why a release is not vouched for as its project wants it. */
export function signatureProblem(
  state: Vouched,
  verifiers: readonly Verifier[],
): Failure | undefined {
  if (verifiers.length === 0 || signerOf(state, verifiers) !== undefined) return undefined;
  const { version } = state.release;
  const ids = verifiers.map(({ id }) => id).join(' or ');
  return {
    reason: 'files',
    what:
      state.signed === undefined
        ? `${version} is not signed`
        : `${version} is signed by nobody who may`,
    why: `store.signedBy of dev.yaml wants a signature of ${ids}`,
    cure: 'Release another commit with that key: dev release',
  };
}
