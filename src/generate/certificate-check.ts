import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A certificate and its private key, PEM. The certificate may be followed by its chain. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** A pair that was read and found to belong together. */
export interface ParsedPair extends KeyPair {
  readonly x509: X509Certificate;
  readonly privateKey: KeyObject;
}

/** The parsed pair, or what is wrong with it, as the end of a sentence: `the key is not PEM`. */
export function parsePair(pair: KeyPair): ParsedPair | string {
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(pair.certificate);
  } catch {
    return 'the certificate is not PEM';
  }
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pair.key);
  } catch {
    return 'the key is not an unencrypted PEM private key';
  }
  if (!x509.checkPrivateKey(privateKey)) return 'the key does not belong to the certificate';
  return { ...pair, x509, privateKey };
}

/** Why a certificate cannot be used now, or not for `leftMs` more; undefined when it can. */
export function timeProblem(
  x509: X509Certificate,
  nowMs: number,
  leftMs: number,
): string | undefined {
  if (Date.parse(x509.validFrom) > nowMs) return `it is not valid before ${x509.validFrom}`;
  const end = Date.parse(x509.validTo);
  if (end < nowMs) return `it has expired on ${x509.validTo}`;
  return end < nowMs + leftMs ? `it expires on ${x509.validTo}` : undefined;
}

/** The DNS names and addresses that a certificate is valid for, sorted. */
export function alternativeNames(x509: X509Certificate): readonly string[] {
  const entries = (x509.subjectAltName ?? '').split(', ').filter((one) => one !== '');
  return entries
    .map((entry) => entry.replace(/^[^:]+:/, ''))
    .map((name) => (/^0:0:0:0:0:0:0:1$/.test(name) ? '::1' : name))
    .sort();
}

/** Whether `issuer` signed `x509`. */
export function isIssuedBy(x509: X509Certificate, issuer: X509Certificate): boolean {
  return x509.checkIssued(issuer) && x509.verify(issuer.publicKey);
}

/** What the blocks of a PEM text came to. */
export interface ReadCertificates {
  /** Those that are certificates, one PEM block each, in order. */
  readonly certificates: readonly string[];
  /** Places among all blocks, from 1, of those that are not: broken, empty or cut off. */
  readonly broken: readonly number[];
}

/** Reads a bundle of certificates; one that is broken costs no more than itself. */
export function readCertificates(text: string): ReadCertificates {
  // A block that is cut off has no end: it reaches to the next beginning.
  const blocks = text.split(/(?=-----BEGIN CERTIFICATE-----)/).filter((block) => BEGIN.test(block));
  const read = blocks.map((block) => pemCertificates(block).find(isCertificate));
  return {
    certificates: read.filter((one) => one !== undefined),
    broken: read.flatMap((one, index) => (one === undefined ? [index + 1] : [])),
  };
}

const BEGIN = /^-----BEGIN CERTIFICATE-----/;

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

/** Every block of a PEM text that looks like a certificate, in order, laid out alike. */
export function pemCertificates(text: string): readonly string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => {
    const body = block.replace(/-----[^-]+-----|\s/g, '');
    const lines = body.match(/.{1,64}/g) ?? [];
    return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  });
}
