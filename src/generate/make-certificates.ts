import { sha256 } from '../util/sha256.ts';
// The library registers its parts through reflection, so this comes first.
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import type { KeyPair, ParsedPair } from './certificate-check.ts';
import { nameConstraints, type Permitted } from './name-constraints.ts';

// ECDSA on P-256 is what every browser, Node, Go, Python, Java and OpenSSL accept.
const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** Clocks of machines and containers differ a little. */
const SKEW_MS = 3_600_000;
const CA_DAYS = 3650;
/** Browsers refuse server certificates of more than 398 days. */
const SERVER_DAYS = 365;
const NAME_CONSTRAINTS_OID = '2.5.29.30';

cryptoProvider.set(webcrypto);

export interface Names {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}

/**
 * A CA that can sign servers only (no further CAs, clients, mail or code), and only for these names.
 * @param label what people see in their trust store; a mark of its key follows, as stores take two
 * certificates of one name for one.
 * @param before one whose key it goes on with: what that has signed is the new one's as well.
 */
export async function makeCa(
  label: string,
  permitted: Permitted,
  nowMs: number,
  before?: ParsedPair,
): Promise<KeyPair> {
  const keys = await (before === undefined ? newKeys() : keysOf(before));
  const spki = await webcrypto.subtle.exportKey('spki', keys.publicKey);
  const mark = sha256(Buffer.from(spki)).slice(0, 8);
  return caOf({ CN: [`${label} ${mark}`] }, keys, permitted, nowMs);
}

/** The same CA in another certificate, for these names alone: same name, same key. */
export async function narrowedCa(
  ca: ParsedPair,
  permitted: Permitted,
  nowMs: number,
): Promise<string> {
  const [name = {}] = new X509Certificate(ca.certificate).subjectName.toJSON();
  const made = await caOf(name, await keysOf(ca), permitted, nowMs);
  return made.certificate;
}

type Name = Readonly<Record<string, string[]>>;

async function caOf(
  name: Name,
  keys: webcrypto.CryptoKeyPair,
  permitted: Permitted,
  nowMs: number,
): Promise<KeyPair> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [name, { O: ['Onestack'] }],
    ...validity(nowMs, CA_DAYS),
    keys,
    signingAlgorithm: SIGNATURE_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      new Extension(NAME_CONSTRAINTS_OID, true, nameConstraints(permitted)),
    ],
  });
  return pairOf(certificate, keys.privateKey);
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);

/** Of a CA that was made here: always on the one curve. */
async function keysOf({ privateKey, x509 }: ParsedPair): Promise<webcrypto.CryptoKeyPair> {
  const [secret, open] = [
    privateKey.export({ type: 'pkcs8', format: 'der' }),
    x509.publicKey.export({ type: 'spki', format: 'der' }),
  ];
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', secret, KEY_ALGORITHM, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', open, KEY_ALGORITHM, true, ['verify']),
  };
}

/** A server certificate for these names, signed by the CA. */
export async function makeServer(ca: ParsedPair, names: Names, nowMs: number): Promise<KeyPair> {
  const issuer = new X509Certificate(ca.certificate);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    ca.privateKey.export({ type: 'pkcs8', format: 'der' }),
    ...importAlgorithm(ca),
  );
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [names.dns[0] ?? 'localhost'] }, { O: ['Onestack'] }],
    issuer: issuer.subjectName,
    ...validity(nowMs, SERVER_DAYS),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: signatureAlgorithm(ca),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        ...names.dns.map((value) => ({ type: 'dns' as const, value })),
        ...names.ip.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return pairOf(certificate, keys.privateKey);
}

/** A CA of the person's own may be RSA, or on another curve. */
function importAlgorithm(
  ca: ParsedPair,
): [webcrypto.EcKeyImportParams | webcrypto.RsaHashedImportParams, boolean, ['sign']] {
  const { asymmetricKeyType, asymmetricKeyDetails } = ca.privateKey;
  if (asymmetricKeyType === 'rsa') {
    return [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign']];
  }
  const curves: Readonly<Record<string, string>> = {
    prime256v1: 'P-256',
    secp384r1: 'P-384',
    secp521r1: 'P-521',
  };
  const namedCurve = curves[asymmetricKeyDetails?.namedCurve ?? ''] ?? 'P-256';
  return [{ name: 'ECDSA', namedCurve }, false, ['sign']];
}

function signatureAlgorithm(ca: ParsedPair): { name: string; hash: string } {
  return ca.privateKey.asymmetricKeyType === 'rsa'
    ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    : SIGNATURE_ALGORITHM;
}

function validity(nowMs: number, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(nowMs - SKEW_MS), notAfter: new Date(nowMs + days * DAY_MS) };
}

/** 127 random bits, positive and without a leading zero byte. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function pairOf(
  certificate: X509Certificate,
  privateKey: webcrypto.CryptoKey,
): Promise<KeyPair> {
  const key = await webcrypto.subtle.exportKey('pkcs8', privateKey);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: `${PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  };
}
