import { createHash } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { javaTrustStore } from '../../../src/generate/java-trust-store.ts';

const TWO = rootCertificates.slice(0, 2).join('\n');

describe('javaTrustStore', () => {
  it('has a head, an entry for each certificate, and a digest with the usual password', () => {
    const store = Buffer.from(javaTrustStore(TWO));
    expect(store.readUInt32BE(0)).toBe(0xfeedfeed);
    expect(store.readUInt32BE(4)).toBe(2);
    expect(store.readUInt32BE(8)).toBe(2);
    expect(store.includes('ca-1')).toBe(true);
    const body = store.subarray(0, -20);
    const digest = createHash('sha1')
      .update(Buffer.from('\0c\0h\0a\0n\0g\0e\0i\0t', 'latin1'))
      .update('Mighty Aphrodite')
      .update(body);
    expect(store.subarray(-20).equals(digest.digest())).toBe(true);
  });

  it('is the same for the same certificates', () => {
    expect(javaTrustStore(TWO)).toEqual(javaTrustStore(TWO));
  });
});
