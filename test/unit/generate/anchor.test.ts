import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { projectAnchor } from '../../../src/generate/anchor.ts';
import { parsePair } from '../../../src/generate/certificate-check.ts';
import { makeCa } from '../../../src/generate/make-certificates.ts';
import { constrainedNames } from '../../../src/generate/name-constraints.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { MADE_UP } from '../../support/places.ts';

const NOW = Date.now();
const clock = { now: () => NOW };
const PROJECT = { zones: ['localhost'], exact: ['api', 'db'], ip: ['127.0.0.1', '::1'] };

async function filesWithCa(permitted = PROJECT): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const ca = await makeCa('test', permitted, NOW);
  files.put(MADE_UP.ca.certificate, ca.certificate, 0o600);
  files.put(MADE_UP.ca.key, ca.key, 0o600);
  return files;
}

const anchor = (files: MemoryFiles, write: boolean) =>
  projectAnchor({ places: MADE_UP, files, clock }, write);

describe('what a browser is given', () => {
  it('is the same CA, by name and key, for names below localhost alone', async () => {
    const files = await filesWithCa();
    const made = await anchor(files, true);
    if (!made.ok || made.value === undefined) throw new Error('not made');
    const x509 = new X509Certificate(made.value.certificate);
    const ca = parsePair({
      certificate: files.text(MADE_UP.ca.certificate),
      key: files.text(MADE_UP.ca.key),
    });
    if (typeof ca === 'string') throw new Error(ca);
    expect(x509.subject).toBe(ca.x509.subject);
    expect(x509.checkPrivateKey(ca.privateKey)).toBe(true);
    expect(constrainedNames(ca.x509.raw)).toEqual(['localhost', 'api', 'db']);
    expect(constrainedNames(x509.raw)).toEqual(['localhost']);
    expect(await anchor(files, true)).toEqual(made);
  });

  it('is not made by a question, and made anew for another CA or in the place of something else', async () => {
    const files = await filesWithCa();
    expect(await anchor(files, false)).toEqual({ ok: true, value: undefined });
    expect(files.exists(MADE_UP.anchor)).toBe(false);
    const first = await anchor(files, true);
    // The whole CA in its place would sign for services: it is not taken for right.
    files.put(MADE_UP.anchor, files.text(MADE_UP.ca.certificate), 0o600);
    expect(await anchor(files, false)).toEqual({ ok: true, value: undefined });
    const other = await filesWithCa();
    files.put(MADE_UP.ca.certificate, other.text(MADE_UP.ca.certificate), 0o600);
    files.put(MADE_UP.ca.key, other.text(MADE_UP.ca.key), 0o600);
    const later = await anchor(files, true);
    expect(later).not.toEqual(first);
  });

  it('is never one that is not dev’s own: it could sign for any site', async () => {
    const wide = await filesWithCa({ zones: ['com'], exact: [], ip: ['127.0.0.1', '::1'] });
    expect(await anchor(wide, true)).toMatchObject({
      ok: false,
      failure: { cure: 'Import it yourself if you mean to; or remove those lines, then dev up' },
    });
    expect(wide.exists(MADE_UP.anchor)).toBe(false);
    expect(await anchor(new MemoryFiles(), true)).toMatchObject({
      ok: false,
      failure: { cure: 'dev up, then dev certs trust' },
    });
  });
});
