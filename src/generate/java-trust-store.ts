import { createHash, X509Certificate } from 'node:crypto';
import { pemCertificates } from './certificate-check.ts';

const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;
/** Everybody's password of a Java trust store, `cacerts` too: it protects from nothing but mistakes. */
const PASSWORD = 'changeit';
/** The format's own salt of its digest; see OpenJDK's `sun.security.provider.JavaKeyStore`. */
const SALT = 'Mighty Aphrodite';

/** Java's modified UTF-8, which for ASCII is ASCII, behind its length. */
function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value, 'ascii')]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function entry(pem: string, index: number): Buffer {
  const { raw } = new X509Certificate(pem);
  // Without a date (eight zero bytes), so that the same certificates give the same file.
  return Buffer.concat([
    word(TRUSTED_CERTIFICATE),
    text(`ca-${String(index)}`),
    Buffer.alloc(8),
    text('X.509'),
    word(raw.length),
    raw,
  ]);
}

/**
 * The certificates of a PEM text as a Java trust store. Java reads no PEM for this; the format `JKS`
 * is the one that every Java since 1.2 reads without being told, whatever its default is.
 */
export function javaTrustStore(pem: string): Uint8Array {
  const entries = pemCertificates(pem).map(entry);
  const body = Buffer.concat([word(MAGIC), word(VERSION), word(entries.length), ...entries]);
  const digest = createHash('sha1')
    .update(Buffer.from(PASSWORD, 'utf16le').swap16())
    .update(SALT)
    .update(body)
    .digest();
  return Buffer.concat([body, digest]);
}
