import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ensureCaBundle } from '../../../src/generate/ca-bundle.ts';
import { pemCertificates } from '../../../src/generate/certificate-check.ts';
import { COMPANY_BUNDLE, companyFolder } from '../../../src/model/company-trust.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { MADE_UP } from '../../support/places.ts';

const BUNDLE = MADE_UP.bundle;
// Any certificates will do: the public roots serve as companies' and projects' too.
const [A = '', B = '', C = '', D = ''] = rootCertificates.flatMap(pemCertificates);

function filesWith(files: Readonly<Record<string, string>>): MemoryFiles {
  const all = new MemoryFiles({ ...files });
  all.makeDirectory(dirname(BUNDLE), { mode: 0o700 });
  return all;
}

let asked = 0;
async function ensure(
  files: MemoryFiles,
  environment: Readonly<Record<string, string>>,
  companyCa: Settings['certificates']['companyCa'] = 'auto',
  java = false,
) {
  asked = 0;
  return ensureCaBundle({
    places: MADE_UP,
    ownCertificates: [D],
    settings: { certificates: { companyCa } },
    host: { environment, nodeVersion: '20.19.0' },
    files,
    java,
    publicRoots: () => {
      asked += 1;
      return Promise.resolve([A]);
    },
  });
}

const withoutLines = (text: string): string => text.replace(/\s/g, '');

describe('ensureCaBundle', () => {
  it('holds the public roots, the company’s and the project’s certificates, each once', async () => {
    const files = filesWith({
      '/etc/company.pem': `# Company\n${A}\n${B.replaceAll('\n', '\r\n')}`,
    });
    const made = await ensure(files, {
      NODE_EXTRA_CA_CERTS: '/etc/company.pem',
      SSL_CERT_FILE: '/etc/company.pem',
    });
    expect(made).toEqual({
      ok: true,
      value: {
        path: BUNDLE,
        notes: [
          'trusts 1 more certificate than the public ones: /etc/company.pem (NODE_EXTRA_CA_CERTS)',
        ],
      },
    });
    expect(pemCertificates(files.text(BUNDLE))).toEqual([A, B, D]);
    expect(files.mode(BUNDLE)).toBe(0o600);
  });

  it('is there for builds without the project’s own, which every clone has another one of', async () => {
    const forBuilds = join(companyFolder(BUNDLE), COMPANY_BUNDLE);
    const files = filesWith({ '/a.pem': B });
    await ensure(files, { SSL_CERT_FILE: '/a.pem' });
    expect(files.text(forBuilds)).toBe(A + B);
    expect(files.mode(forBuilds)).toBe(0o644);
    files.remove(forBuilds);
    await ensure(files, { SSL_CERT_FILE: '/a.pem' });
    expect(files.text(forBuilds)).toBe(A + B);
  });

  it('is left alone until something changes, and is the same for the same', async () => {
    const files = filesWith({ '/a.pem': B });
    await ensure(files, { SSL_CERT_FILE: '/a.pem' });
    const first = files.text(BUNDLE);
    files.written.length = 0;
    expect(await ensure(files, { SSL_CERT_FILE: '/a.pem' })).toMatchObject({
      value: { notes: [] },
    });
    expect([files.written, asked]).toEqual([[], 0]);
    files.put('/a.pem', B + C);
    await ensure(files, { SSL_CERT_FILE: '/a.pem' });
    expect(pemCertificates(files.text(BUNDLE))).toEqual([A, B, C, D]);
    files.put('/a.pem', B);
    await ensure(files, { SSL_CERT_FILE: '/a.pem' });
    expect(files.text(BUNDLE)).toBe(first);
  });

  it('reads folders of certificates', async () => {
    const files = filesWith({ '/c/x.pem': B, '/c/1234.0': C, '/c/readme.txt': 'no' });
    await ensure(files, { SSL_CERT_DIR: '/nothing:/c' });
    expect(pemCertificates(files.text(BUNDLE))).toEqual([A, C, B, D]);
  });

  it('takes what was added to the system’s store, beside what variables name, and nothing of our own', async () => {
    const files = filesWith({
      '/usr/local/share/ca-certificates/company.crt': B,
      '/usr/local/share/ca-certificates/corp/second.crt': C,
      '/usr/local/share/ca-certificates/README': C,
      '/usr/local/share/ca-certificates/onestack-0123456789abcdef01234567.crt': D,
      '/etc/pki/ca-trust/source/anchors/again.pem': C,
    });
    const made = await ensure(files, {});
    expect(pemCertificates(files.text(BUNDLE))).toEqual([A, B, C, D]);
    expect(made).toMatchObject({
      value: {
        notes: [
          'trusts 1 more certificate than the public ones: /usr/local/share/ca-certificates/company.crt (the system’s)',
          'trusts 1 more certificate than the public ones: /usr/local/share/ca-certificates/corp/second.crt (the system’s)',
        ],
      },
    });
    await ensure(files, {}, 'none');
    expect(pemCertificates(files.text(BUNDLE))).toEqual([A, D]);
    await ensure(files, { SSL_CERT_FILE: '/gone.pem' });
    expect(pemCertificates(files.text(BUNDLE))).toEqual([A, B, C, D]);
  });

  it('notes a variable that points nowhere, and goes on', async () => {
    const made = await ensure(filesWith({}), { CURL_CA_BUNDLE: '/gone.pem' });
    expect(made).toMatchObject({
      value: {
        notes: ['CURL_CA_BUNDLE names /gone.pem, which is not there'],
      },
    });
  });

  it('takes the settings’ files instead, or none', async () => {
    const files = filesWith({ '/a.pem': B, '/b.pem': C, '/not.pem': 'x' });
    const environment = { SSL_CERT_FILE: '/a.pem' };
    await ensure(files, environment, ['/b.pem']);
    expect(pemCertificates(files.text(BUNDLE))).toEqual([A, C, D]);
    await ensure(files, environment, 'none');
    expect(pemCertificates(files.text(BUNDLE))).toEqual([A, D]);
    expect(await ensure(files, environment, ['/gone.pem', '/not.pem'])).toMatchObject({
      failure: [
        { reason: 'definition', what: 'there is no file /gone.pem' },
        { reason: 'definition', what: '/not.pem has no certificate in it' },
      ],
    });
  });

  it('takes a certificate in DER, as Windows exports it', async () => {
    const der = Buffer.from(C.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const files = filesWith({});
    files.writeAtomic('/company.cer', der);
    files.writeAtomic('/cut.cer', der.subarray(0, 200));
    expect(await ensure(files, {}, ['/company.cer'])).toMatchObject({ ok: true });
    expect(pemCertificates(files.text(BUNDLE)).map(withoutLines)).toEqual(
      [A, C, D].map(withoutLines),
    );
    expect(await ensure(files, {}, ['/cut.cer'])).toMatchObject({
      failure: [{ reason: 'definition', what: '/cut.cer has no certificate in it' }],
    });
  });

  it('leaves out and tells a certificate that is broken, empty or cut off', async () => {
    const broken = [
      '-----BEGIN CERTIFICATE-----\nMIIBrokenbroken\n-----END CERTIFICATE-----\n',
      '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
      B.replace('M', 'N'),
      B.split('\n').slice(0, 5).join('\n') + '\n',
      '-----BEGIN CERTIFICATE-----',
    ];
    for (const one of broken) {
      for (const [text, number] of [
        [`${one}${C}`, '1'],
        [`${C}${one}`, '2'],
      ] as const) {
        const files = filesWith({ '/a.pem': `# ours\n${text}` });
        const made = await ensure(files, { NODE_EXTRA_CA_CERTS: '/a.pem' }, 'auto', true);
        expect(made, one).toMatchObject({
          value: {
            notes: [
              'trusts 1 more certificate than the public ones: /a.pem (NODE_EXTRA_CA_CERTS)',
              `of 2 certificates in /a.pem (NODE_EXTRA_CA_CERTS) number ${number} is broken and was left out`,
            ],
          },
        });
        expect(pemCertificates(files.text(BUNDLE))).toEqual([A, C, D]);
      }
      const files = filesWith({ '/a.pem': one });
      // A variable with nothing good behind it stops nobody; what the settings name does.
      expect(await ensure(files, { SSL_CERT_FILE: '/a.pem' })).toMatchObject({ ok: true });
      expect(pemCertificates(files.text(BUNDLE))).toEqual([A, D]);
      expect(await ensure(files, {}, ['/a.pem'])).toMatchObject({
        failure: [{ reason: 'definition', what: '/a.pem has no certificate in it' }],
      });
    }
  });

  it('has Java’s store beside it where a module runs on Java, and only there', async () => {
    const STORE = MADE_UP.javaTrustStore;
    const files = filesWith({ '/a.pem': B });
    await ensure(files, { SSL_CERT_FILE: '/a.pem' });
    expect(files.exists(STORE)).toBe(false);
    // Java comes, though the bundle is right as it is.
    await ensure(files, { SSL_CERT_FILE: '/a.pem' }, 'auto', true);
    expect(files.mode(STORE)).toBe(0o600);
    // It goes, the bundle changes: no old store waits for it.
    files.put('/a.pem', C);
    await ensure(files, { SSL_CERT_FILE: '/a.pem' });
    expect(files.exists(STORE)).toBe(false);
  });
});
