import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../../../src/adapters/world.ts';
import { checkImageSignature, layImageSignature } from '../../../../src/app/release/signatures.ts';
import { readSigningKey } from '../../../../src/app/release/signing-keys.ts';
import type { Registry } from '../../../../src/ports/registry.ts';
import { digestOf } from '../../../../src/adapters/registry/digest.ts';
import type { Release } from '../../../../src/release/release.ts';
import { readSigner, releaseSigner, signRelease } from '../../../../src/release/signing.ts';
import { ok } from '../../../../src/util/result.ts';
import { value } from '../../../support/images.ts';
import { partly } from '../../../support/partly.ts';

type Pair = Readonly<Record<'privateKey' | 'publicKey', string>>;
const asPem = ({ privateKey, publicKey }: Readonly<Record<keyof Pair, KeyObject>>): Pair => ({
  privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
});
const ed25519 = (): Pair => asPem(generateKeyPairSync('ed25519'));
const p256 = (): Pair => asPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));

function signerOf({ privateKey }: { readonly privateKey: string }) {
  const signer = readSigner(privateKey);
  if (signer === undefined) throw new Error('no signer');
  return signer;
}

const RELEASE: Release = {
  ...{ project: 'shop', version: '1.0.0', tag: '1.0.0', commit: 'a'.repeat(40) },
  ...{ committedAt: '2026-01-01T00:00:00Z', images: {}, checks: [], documents: { a: 'x' } },
};

describe.each<[string, () => Pair]>([
  ['ed25519', ed25519],
  ['P-256', p256],
])('a signature by %s', (_name, pair) => {
  it('of a release is good for just this one, in whatever order its parts are', () => {
    const signer = signerOf(pair());
    const envelope = signRelease(RELEASE, signer);
    const { version, ...rest } = RELEASE;
    const turned: Release = { ...rest, version };
    expect(JSON.stringify(turned)).not.toBe(JSON.stringify(RELEASE));
    expect(releaseSigner(turned, envelope, [signer])?.id).toBe(signer.id);
    expect(releaseSigner({ ...RELEASE, version: '1.0.1' }, envelope, [signer])).toBeUndefined();
    const [signature] = envelope.signatures;
    const altered = Buffer.from(envelope.payload, 'base64').toString().replace('shop', 'evil');
    const other = { ...envelope, payload: Buffer.from(altered).toString('base64') };
    expect(releaseSigner({ ...RELEASE, project: 'evil' }, other, [signer])).toBeUndefined();
    expect(releaseSigner(RELEASE, envelope, [signerOf(pair())])).toBeUndefined();
    // Its name proves nothing.
    const stranger = signRelease(RELEASE, signerOf(pair()));
    const named = stranger.signatures.map(({ sig }) => ({ keyid: signature?.keyid ?? '', sig }));
    expect(releaseSigner(RELEASE, { ...stranger, signatures: named }, [signer])).toBeUndefined();
  });

  it('of an image lies where cosign looks for it, and is good for this image alone', async () => {
    const [blobs, tags] = [new Map<string, string>(), new Map<string, string>()];
    const client = partly<Registry>({
      upload: (_path, text) => {
        blobs.set(digestOf(text), text);
        return Promise.resolve(ok({ digest: digestOf(text), size: text.length }));
      },
      put: (_path, tag, { text }) => Promise.resolve(ok(void tags.set(tag, text))),
      read: (_path, digest) => Promise.resolve(ok(blobs.get(digest))),
      manifest: (_path, tag) => {
        const text = tags.get(tag);
        return Promise.resolve(ok(text === undefined ? text : { mediaType: '', digest: '', text }));
      },
    });
    const subject = (digest: string) => ({ host: 'any', path: 'shop/web', digest });
    const signer = signerOf(pair());
    const [one, other] = [digestOf('one'), digestOf('other')];
    expect(await checkImageSignature(client, subject(one), [signer])).toMatchObject({
      failure: { what: `any/shop/web@${one} is not signed` },
    });
    value(await layImageSignature(client, subject(one), { release: RELEASE, signer }));
    expect([...tags.keys()]).toEqual([`sha256-${one.slice(7)}.sig`]);
    expect((await checkImageSignature(client, subject(one), [signer])).ok).toBe(true);
    const strangers = [signerOf(pair())];
    expect(await checkImageSignature(client, subject(one), strangers)).toMatchObject({
      failure: { what: expect.stringContaining('by nobody who may') as unknown },
    });
    // The signature of one image laid beside another one.
    tags.set(`sha256-${other.slice(7)}.sig`, [...tags.values()][0] ?? '');
    expect((await checkImageSignature(client, subject(other), [signer])).ok).toBe(false);
  });
});

describe('the key to sign with', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ostest-signing-'));
    mkdirSync(join(root, 'project'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const signed = () => ({ root: join(root, 'project'), signedBy: ['release.pub'] });
  function told(environment: Readonly<Record<string, string>>, of = signed()): string {
    const world = createWorld(root, '0');
    const host = { ...world.host, environment };
    const read = readSigningKey(of, of.root, { files: world.files, host });
    return read.ok
      ? (read.value?.id ?? 'none')
      : `${read.failure.what} | ${read.failure.cure ?? ''}`;
  }
  const put = (name: string, text: string): string => {
    writeFileSync(join(root, name), text, { mode: 0o600 });
    return join(root, name);
  };

  it('is wanted where the project names keys, and nowhere else', () => {
    expect(told({}, { ...signed(), signedBy: [] })).toBe('none');
    expect(told({})).toContain('release.pub is not there | openssl genpkey');
    put('project/release.pub', ed25519().publicKey);
    expect(told({})).toContain('there is no key to sign with | Set ONESTACK_SIGNING_KEY_FILE');
  });

  it('comes from a file of the person’s own, or from a variable', () => {
    const pair = ed25519();
    put('project/release.pub', pair.publicKey);
    const { id } = signerOf(pair);
    const file = put('release.key', pair.privateKey);
    expect(told({ ONESTACK_SIGNING_KEY_FILE: file })).toBe(id);
    expect(told({ ONESTACK_SIGNING_KEY: pair.privateKey })).toBe(id);
    chmodSync(file, 0o644);
    expect(told({ ONESTACK_SIGNING_KEY_FILE: file })).toContain(`chmod 600 ${file}`);
    const within = put('project/release.key', pair.privateKey);
    expect(told({ ONESTACK_SIGNING_KEY_FILE: within })).toContain('is in the project');
  });

  it('is refused when it is another one, none, or lies where the public one should', () => {
    const pair = ed25519();
    put('project/release.pub', pair.publicKey);
    expect(told({ ONESTACK_SIGNING_KEY: p256().privateKey })).toContain(
      "is none of this project's",
    );
    const secret = 'no key at all';
    expect(told({ ONESTACK_SIGNING_KEY: secret })).toMatch(/^the key to sign with cannot be used/);
    expect(told({ ONESTACK_SIGNING_KEY: secret })).not.toContain(secret);
    put('project/release.pub', pair.privateKey);
    expect(told({ ONESTACK_SIGNING_KEY: pair.privateKey })).toContain('holds a private key');
  });
});
