import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeCa } from '../../src/generate/make-certificates.ts';
import { createImageLab, value } from '../support/images.ts';

const lab = createImageLab();
const IMAGE = `${lab.name}-verifiers`;
const FIXTURES = join(import.meta.dirname, '../fixtures/verifiers');

afterAll(() => lab.remove());

/** Name of a certificate, and what it is for. */
const GOOD = {
  service: 'DNS:app',
  other: 'DNS:api',
  localhost: 'DNS:localhost',
  project: 'DNS:shop.localhost,DNS:*.shop.localhost',
  loopback: 'DNS:localhost,IP:127.0.0.1,IP:::1',
};
const BAD = {
  site: 'DNS:example.com',
  'below-a-service': 'DNS:cash.app',
  'all-below-a-service': 'DNS:*.app',
  'far-below-a-service': 'DNS:a.b.api',
  'like-a-service': 'DNS:myapp',
  'beside-a-service': 'DNS:app,DNS:cash.app',
  address: 'IP:10.0.0.1',
  mailbox: 'DNS:app,email:me@example.com',
  'mailbox-of-a-service': 'DNS:app,email:me@app',
  uri: 'DNS:app,URI:https://example.com/',
  'uri-below-a-service': 'DNS:app,URI:https://cash.app/',
};

describe('whoever has the project’s CA key', () => {
  it('can speak for its services and localhost, and for nobody else: OpenSSL, NSS and Go', async () => {
    lab.write(
      `base-images/${IMAGE}/Dockerfile`,
      [
        'FROM onestack/go',
        'USER root',
        'RUN --mount=type=cache,id=onestack-apt,target=/var/cache/onestack-apt apt-install libnss3-tools openssl',
        '',
      ].join('\n'),
    );
    value(await lab.build([IMAGE]));
    // As a project's: the services are common names of modules, and top-level domains.
    const names = { zones: ['localhost'], exact: ['api', 'app'], ip: ['127.0.0.1', '::1'] };
    const ca = await makeCa('test', names, Date.now());
    const cases = Object.entries({ ...GOOD, ...BAD }).map((one) => `${one.join(' ')}\n`);
    const files = {
      'ca.crt': ca.certificate,
      'ca.key': ca.key,
      cases: cases.join(''),
      'verify.go': readFileSync(join(FIXTURES, 'verify.go'), 'utf8'),
      'verify.sh': readFileSync(join(FIXTURES, 'verify.sh'), 'utf8'),
    };
    const write = Object.entries(files).map(
      ([name, text]) => `echo ${Buffer.from(text).toString('base64')} | base64 -d >${name}`,
    );
    const script = ['cd "$(mktemp -d)"', ...write, 'sh verify.sh'].join(' && ');
    const told = (await lab.run(IMAGE, 'sh', '-c', script)).trim().split('\n').sort();
    const meant = ['openssl', 'certutil', 'vfychain', 'go'].flatMap((tool) => [
      ...Object.keys(GOOD).map((name) => `${tool} ${name} yes`),
      ...Object.keys(BAD).map((name) => `${tool} ${name} no`),
    ]);
    expect(told).toEqual(meant.sort());
  });
});
