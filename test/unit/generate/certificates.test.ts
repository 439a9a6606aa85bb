import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alternativeNames, parsePair } from '../../../src/generate/certificate-check.ts';
import { ensureCertificates } from '../../../src/generate/certificates.ts';
import type { Certificates, CertificatesRequest } from '../../../src/generate/certificates.ts';
import { makeCa, makeServer } from '../../../src/generate/make-certificates.ts';
import { constrainedNames } from '../../../src/generate/name-constraints.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { MADE_UP } from '../../support/places.ts';

const NOW = Date.now();
const DAY_MS = 86_400_000;
const PATHS = MADE_UP;

function filesWithFolder(): MemoryFiles {
  const files = new MemoryFiles();
  files.makeDirectory(`${MADE_UP.state}/certs`, { mode: 0o700 });
  files.written.length = 0;
  return files;
}

function requestWith(
  files: MemoryFiles,
  changes: Partial<CertificatesRequest> & { nowMs?: number } = {},
): CertificatesRequest {
  return {
    places: MADE_UP,
    hosts: ['shop'],
    services: ['api', 'db'],
    settings: { certificates: { companyCa: 'none' } },
    secretMode: 0o600,
    files,
    clock: { now: () => changes.nowMs ?? NOW },
    ...changes,
  };
}

async function ensured(
  files: MemoryFiles,
  changes: Partial<CertificatesRequest> & { nowMs?: number } = {},
): Promise<Certificates> {
  const certificates = await ensureCertificates(requestWith(files, changes));
  if (!certificates.ok) throw new Error(JSON.stringify(certificates.failure));
  return certificates.value;
}

describe('the first time', () => {
  it('makes a CA and a server certificate, private', async () => {
    const files = filesWithFolder();
    const made = await ensured(files);
    expect(made.notes).toEqual(['made the project CA', 'made the server certificate']);
    const paths = [PATHS.ca, PATHS.server].flatMap(({ certificate, key }) => [certificate, key]);
    expect(paths.map((path) => files.mode(path))).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect(files.text(PATHS.ca.certificate)).toBe(made.ca);
    expect(files.text(PATHS.server.certificate)).toBe(made.server);
  });

  it('names localhost, the hosts with all below them, and the services', async () => {
    const { server } = await ensured(filesWithFolder(), { hosts: ['shop', 'shop-two'] });
    expect(alternativeNames(new X509Certificate(server))).toEqual([
      '*.shop-two.localhost',
      '*.shop.localhost',
      '127.0.0.1',
      '::1',
      'api',
      'db',
      'localhost',
      'shop-two.localhost',
      'shop.localhost',
    ]);
  });

  it('gives the server at most 398 days, as browsers want', async () => {
    const { server } = await ensured(filesWithFolder());
    const { validFrom, validTo } = new X509Certificate(server);
    const days = (Date.parse(validTo) - Date.parse(validFrom)) / DAY_MS;
    expect(days).toBeGreaterThan(360);
    expect(days).toBeLessThan(398);
  });
});

describe('the next time', () => {
  it('does nothing, and writes nothing', async () => {
    const files = filesWithFolder();
    const first = await ensured(files);
    files.written.length = 0;
    expect(await ensured(files, { services: ['db', 'api'] })).toEqual({ ...first, notes: [] });
    expect(files.written).toEqual([]);
  });

  it('renews the server certificate a month before it ends, from the same CA', async () => {
    const files = filesWithFolder();
    const first = await ensured(files);
    expect((await ensured(files, { nowMs: NOW + 330 * DAY_MS })).notes).toEqual([]);
    const later = await ensured(files, { nowMs: NOW + 336 * DAY_MS });
    expect(later.notes).toEqual([
      expect.stringMatching(/^renewed the server certificate: it expires on /),
    ]);
    expect(later.ca).toBe(first.ca);
    expect(later.server).not.toBe(first.server);
  });

  it('makes both anew before the CA ends', async () => {
    const files = filesWithFolder();
    await ensured(files);
    const { notes } = await ensured(files, { nowMs: NOW + 3640 * DAY_MS });
    expect(notes).toEqual([
      expect.stringMatching(/^made a new project CA: it expires on /),
      'renewed the server certificate: the CA has changed',
    ]);
  });

  it('keeps the CA when the hosts change or a service goes', async () => {
    const files = filesWithFolder();
    const first = await ensured(files);
    const later = await ensured(files, { hosts: ['store'], services: ['api'] });
    expect(later.notes).toEqual(['renewed the server certificate: its names have changed']);
    expect(later.ca).toBe(first.ca);
  });

  it('makes a new CA for a new service, good for the former ones too', async () => {
    const files = filesWithFolder();
    await ensured(files);
    const later = await ensured(files, { services: ['cache'] });
    expect(later.notes[0]).toBe('made a new project CA: the old one is not for cache');
    expect((await ensured(files, { services: ['api', 'db', 'cache'] })).ca).toBe(later.ca);
  });

  it('goes on with the key of the CA for a new service, and not where it has to end', async () => {
    const files = filesWithFolder();
    await ensured(files);
    const key = files.text(PATHS.ca.key);
    files.put(PATHS.anchor, 'what a browser was given', 0o600);
    const later = await ensured(files, { services: ['cache'] });
    expect(files.text(PATHS.ca.key)).toBe(key);
    expect(later.notes.join()).not.toContain('dev certs trust');
    const last = await ensured(files, { services: ['cache'], nowMs: NOW + 3640 * DAY_MS });
    expect(files.text(PATHS.ca.key)).not.toBe(key);
    expect(last.notes).toContain('browsers that trusted the old one warn again: dev certs trust');
  });

  it.each([
    ['a damaged certificate', (files: MemoryFiles) => files.put(PATHS.ca.certificate, 'x', 0o600)],
    ['a damaged key', (files: MemoryFiles) => files.put(PATHS.server.key, 'x', 0o600)],
    ['a lost key', (files: MemoryFiles) => files.remove(PATHS.server.key)],
  ])('mends %s', async (_what, damage) => {
    const files = filesWithFolder();
    await ensured(files);
    damage(files);
    expect((await ensured(files)).notes).not.toEqual([]);
    expect((await ensured(files)).notes).toEqual([]);
  });

  it('makes a key private again', async () => {
    const files = filesWithFolder();
    await ensured(files);
    files.put(PATHS.ca.key, files.text(PATHS.ca.key), 0o644);
    await ensured(files);
    expect(files.mode(PATHS.ca.key)).toBe(0o600);
  });

  it('says why nothing can be written', async () => {
    const files = filesWithFolder();
    files.fault(MADE_UP.state, 'write', 'ENOSPC');
    expect(await ensureCertificates(requestWith(files))).toMatchObject({
      failure: { reason: 'files', why: 'ENOSPC' },
    });
  });
});

describe('what the CA may sign for', () => {
  /** The CA as it was once made: each name with all below it, mailboxes and URIs of everybody. */
  async function withOldCa(): Promise<MemoryFiles> {
    const files = filesWithFolder();
    const old = await makeCa('old', { zones: ['localhost', 'api', 'db'], exact: [], ip: [] }, NOW);
    files.put(PATHS.ca.certificate, old.certificate, 0o600);
    files.put(PATHS.ca.key, old.key, 0o600);
    return files;
  }

  it('has an old one that could sign for more replaced, once, and says so', async () => {
    const files = await withOldCa();
    const { notes } = await ensured(files, { services: ['api'] });
    expect(notes[0]).toBe(
      'made a new project CA: the old one could sign for sites below the names of services; where you trusted it, trust this one in its place',
    );
    expect((await ensured(files, { services: ['api'] })).notes).toEqual([]);
    // Also good for the services that the old one was for.
    expect((await ensured(files, { services: ['api', 'db'] })).notes).toEqual([
      'renewed the server certificate: its names have changed',
    ]);
  });

  it('leaves out a service whose name may be a site, and tells it', async () => {
    const files = filesWithFolder();
    const services = ['api', 'cash.app', 'db.localhost', 'localhost'];
    const made = await ensured(files, { services });
    expect(made.notes).toEqual([
      'made the project CA',
      'made the server certificate',
      "it is not for cash.app: a name with a dot may be somebody else's site",
    ]);
    expect(alternativeNames(new X509Certificate(made.server))).toEqual(
      expect.arrayContaining(['api', 'db.localhost', 'localhost']),
    );
    expect(constrainedNames(new X509Certificate(made.ca).raw)).toEqual(['localhost', 'api']);
    expect((await ensured(files, { services })).notes).toEqual([]);
  });
});

describe('certificates of the person’s own', () => {
  const own = { certificate: '/own/x.crt', key: '/own/x.key' };
  async function foreign(kind: 'ca' | 'server'): Promise<MemoryFiles> {
    const files = filesWithFolder();
    await ensured(files, { hosts: ['own'] });
    const copy = filesWithFolder();
    copy.put(own.certificate, files.text(PATHS[kind].certificate));
    copy.put(own.key, files.text(PATHS[kind].key));
    return copy;
  }
  const settings = (kind: 'ca' | 'server') => ({
    settings: { certificates: { companyCa: 'none' as const, [kind]: own } },
  });

  it('a CA signs the server certificate', async () => {
    const files = await foreign('ca');
    const first = await ensured(files, settings('ca'));
    expect(first.notes).toEqual(['took your own CA', 'made the server certificate']);
    expect(new X509Certificate(first.server).verify(new X509Certificate(first.ca).publicKey)).toBe(
      true,
    );
    expect((await ensured(files, settings('ca'))).notes).toEqual([]);
  });

  it('a server certificate is taken as it is', async () => {
    const files = await foreign('server');
    const first = await ensured(files, settings('server'));
    expect(first.notes).toEqual(['made the project CA', 'took your own server certificate']);
    expect(files.text(PATHS.server.key)).toBe(files.text(own.key));
    expect(files.mode(PATHS.server.key)).toBe(0o600);
  });

  it('are refused, with the reason', async () => {
    const refused = async (
      files: MemoryFiles,
      kind: 'ca' | 'server',
      nowMs = NOW,
    ): Promise<string> => {
      const result = await ensureCertificates(requestWith(files, { ...settings(kind), nowMs }));
      return result.ok ? 'taken' : result.failure.what;
    };
    const files = await foreign('server');
    expect(await refused(files, 'ca')).toBe('/own/x.crt: it is no CA certificate');
    expect(await refused(files, 'server', NOW + 366 * DAY_MS)).toMatch(/it has expired on /);
    files.put(own.key, (await foreign('server')).text(own.key));
    expect(await refused(files, 'server')).toBe(
      '/own/x.crt: the key does not belong to the certificate',
    );
    files.put(own.key, 'x');
    expect(await refused(files, 'server')).toMatch(/the key is not an unencrypted PEM/);
    files.put(own.certificate, 'x');
    expect(await refused(files, 'server')).toBe('/own/x.crt: the certificate is not PEM');
    files.remove(own.certificate);
    expect(await refused(files, 'server')).toBe('/own/x.crt: there is no such file');
  });
});

describe('what was made', () => {
  /** What a TLS client that trusts the CA says to a server that is asked for by this name. */
  async function ask(
    server: { readonly certificate: string; readonly key: string },
    ca: string,
    servername: string,
  ): Promise<string> {
    const listening = createServer(
      { cert: server.certificate, key: server.key },
      (_request, response) => response.end('ok'),
    );
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as AddressInfo;
    const answer = await new Promise<string>((resolve) => {
      request({ host: '127.0.0.1', port, servername, ca, headers: { host: servername } })
        .on('response', (response) => {
          response.resume();
          resolve(String(response.statusCode));
        })
        .on('error', (error) => {
          const code = 'code' in error ? String(error.code) : 'UNSPECIFIED';
          resolve(code === 'UNSPECIFIED' ? error.message : code);
        })
        .end();
    });
    listening.close();
    return answer;
  }

  it('is trusted by a TLS client for its names, and for no other', async () => {
    const files = filesWithFolder();
    const { ca, server } = await ensured(files);
    const pair = { certificate: server, key: files.text(PATHS.server.key) };
    for (const name of ['localhost', 'shop.localhost', 'x.shop.localhost', 'api']) {
      expect([name, await ask(pair, ca, name)]).toEqual([name, '200']);
    }
    expect(await ask(pair, ca, 'example.com')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('is no help to whoever has the CA’s key and wants to be somebody else', async () => {
    const files = filesWithFolder();
    const { ca } = await ensured(files, { services: ['api', 'app'] });
    const authority = parsePair({ certificate: ca, key: files.text(PATHS.ca.key) });
    if (typeof authority === 'string') throw new Error(authority);
    for (const [name, answer] of [
      ['app', '200'],
      ['cash.app', 'excluded subtree violation'],
      ['a.b.api', 'excluded subtree violation'],
      ['example.com', 'permitted subtree violation'],
      ['myapp', 'permitted subtree violation'],
    ] as const) {
      const forged = await makeServer(authority, { dns: [name], ip: [] }, NOW);
      expect([name, await ask(forged, ca, name)]).toEqual([name, answer]);
    }
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  it.skipIf(!openssl)('passes the strict check of OpenSSL, name constraints included', async () => {
    const files = filesWithFolder();
    const { ca, server } = await ensured(files);
    // A certificate for another name, signed with the same CA key: the constraints refuse it.
    const folder = mkdtempSync(join(tmpdir(), 'onestack-certs-'));
    const at = (name: string): string => join(folder, name);
    const run = (...args: string[]) => spawnSync('openssl', args, { encoding: 'utf8' });
    try {
      writeFileSync(at('ca.crt'), ca);
      writeFileSync(at('server.crt'), server);
      writeFileSync(at('ca.key'), files.text(PATHS.ca.key), { mode: 0o600 });
      const verify = (file: string) =>
        run('verify', '-x509_strict', '-CAfile', at('ca.crt'), at(file));
      expect(verify('server.crt').stdout).toBe(`${at('server.crt')}: OK\n`);
      writeFileSync(at('ext'), 'subjectAltName=DNS:example.com\n');
      run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', at('x.key'));
      run('req', '-new', '-key', at('x.key'), '-subj', '/CN=x', '-out', at('x.csr'));
      const signed = run(
        ...['x509', '-req', '-in', at('x.csr'), '-CA', at('ca.crt'), '-CAkey', at('ca.key')],
        ...['-extfile', at('ext'), '-days', '1', '-out', at('x.crt')],
      );
      expect(signed.status).toBe(0);
      expect(verify('x.crt').stderr).toContain('permitted subtree violation');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
