import { sha256 } from '../util/sha256.ts';
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { LedgerEntry, Release } from './release.ts';

/** Who may sign a project's releases: a public key, and how it is called. */
export interface Verifier {
  /** First characters of the SHA-256 of the key, as SPKI. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The same with the private key, which is shown nowhere. */
export interface Signer extends Verifier {
  readonly privateKey: KeyObject;
}

/** A DSSE envelope: what is signed, and by whom. */
type Envelope = NonNullable<LedgerEntry['signed']>;

const RELEASE_TYPE = 'application/vnd.onestack.release.v1+json';
const COSIGN_TYPE = 'cosign container image signature';
const ID_LENGTH = 16;
/** Ed25519 has its own digest; the others sign that of the text. */
const KINDS = new Map([
  ['ed25519', null],
  ['ec', 'sha256'],
  ['rsa', 'sha256'],
]);

const hashOf = (key: KeyObject): string | null => KINDS.get(key.asymmetricKeyType ?? '') ?? null;

function verifierOf(key: KeyObject): Verifier | undefined {
  if (!KINDS.has(key.asymmetricKeyType ?? '')) return undefined;
  const spki = key.export({ type: 'spki', format: 'der' });
  return { id: sha256(spki).slice(0, ID_LENGTH), key };
}

/** A PEM text that has a private key in it, whatever else. */
export const hasPrivateKey = (pem: string): boolean => pem.includes('PRIVATE KEY-----');

/** Reads a public key, PEM; undefined for what is none that signs. */
export function readVerifier(pem: string): Verifier | undefined {
  try {
    return hasPrivateKey(pem) ? undefined : verifierOf(createPublicKey(pem));
  } catch {
    return undefined;
  }
}

/** Reads a private key, PEM, that nothing more is asked for; undefined for what is none. */
export function readSigner(pem: string): Signer | undefined {
  try {
    const privateKey = createPrivateKey(pem);
    const verifier = verifierOf(createPublicKey(privateKey));
    return verifier && { ...verifier, privateKey };
  } catch {
    return undefined;
  }
}

/** @returns base64. */
export function signText(text: string, { privateKey }: Signer): string {
  return sign(hashOf(privateKey), Buffer.from(text), privateKey).toString('base64');
}

/** Whose signature it is; undefined where it is nobody's. */
export function signedBy(
  text: string,
  signature: string,
  verifiers: readonly Verifier[],
): Verifier | undefined {
  const bytes = Buffer.from(signature, 'base64');
  return verifiers.find(({ key }) => verify(hashOf(key), Buffer.from(text), key, bytes));
}

/** What DSSE signs: the type and the text, each with its length in bytes. */
function preAuthentication(type: string, text: string): string {
  const lengths = [Buffer.byteLength(type), Buffer.byteLength(text)].map(String);
  return `DSSEv1 ${lengths[0] ?? ''} ${type} ${lengths[1] ?? ''} ${text}`;
}

/** The same value as text, whatever order its names had. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, canonical(one)]));
}
const textOf = (release: Release): string => JSON.stringify(canonical(release));

/** Signs all that the ledger says of a release. */
export function signRelease(release: Release, signer: Signer): Envelope {
  const text = textOf(release);
  const sig = signText(preAuthentication(RELEASE_TYPE, text), signer);
  return {
    payloadType: RELEASE_TYPE,
    payload: Buffer.from(text).toString('base64'),
    signatures: [{ keyid: signer.id, sig }],
  };
}

/** Who signed just this release; undefined where nobody did of those who may. */
export function releaseSigner(
  release: Release,
  envelope: Envelope,
  verifiers: readonly Verifier[],
): Verifier | undefined {
  const text = Buffer.from(envelope.payload, 'base64').toString('utf8');
  if (envelope.payloadType !== RELEASE_TYPE || text !== textOf(release)) return undefined;
  const signed = preAuthentication(RELEASE_TYPE, text);
  for (const { sig } of envelope.signatures) {
    const verifier = signedBy(signed, sig, verifiers);
    if (verifier !== undefined) return verifier;
  }
  return undefined;
}

/** What `cosign` signs of an image: the "simple signing" of containers/image. */
export function cosignPayload(
  { reference, digest }: { readonly reference: string; readonly digest: string },
  { version, commit }: Pick<Release, 'version' | 'commit'>,
): string {
  return JSON.stringify({
    critical: {
      identity: { 'docker-reference': reference },
      image: { 'docker-manifest-digest': digest },
      type: COSIGN_TYPE,
    },
    optional: { version, commit },
  });
}

/** The digest that such a text is about; undefined for what is none. */
export function cosignSubject(payload: string): string | undefined {
  try {
    const { critical } = JSON.parse(payload) as {
      critical?: { type?: unknown; image?: Readonly<Record<string, unknown>> };
    };
    const digest = critical?.image?.['docker-manifest-digest'];
    return critical?.type === COSIGN_TYPE && typeof digest === 'string' ? digest : undefined;
  } catch {
    return undefined;
  }
}

/** The tag under which `cosign` looks for signatures of a digest. */
export const signatureTag = (digest: string): string => `${digest.replace(':', '-')}.sig`;
