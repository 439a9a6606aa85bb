import { generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  mkdtempSync,
  rmSync,
} from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeBakedImages } from '../support/baked-images.ts';
import { cosignVerify } from '../support/cosign.ts';
import { dockerConfig, registryForSuite } from '../support/registry.ts';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const registry = registryForSuite({ login: true });
const secured = registryForSuite({ tokens: true });
const suite = rigForSuite({
  files: {
    'dev.yaml': `
name: any
modules:
  web: { image: node, run: node server.js, test: 'true' }
pipeline: { smoke: false }
store: { registry: HOST/shop }
`,
    '.gitignore': '.dev/\ndev.settings.yaml\n',
    'web/server.js': 'setInterval(() => {}, 1e6);\n',
    'web/package.json': '{"name":"web","private":true}\n',
    'web/package-lock.json': '{"name":"web","lockfileVersion":3,"packages":{"":{"name":"web"}}}\n',
  },
});

/** Between the tool and the registry: answers with a fault where a test wants one, or breaks off, once. */
let fault:
  | { readonly matches: (method: string, url: string) => boolean; readonly status: number | 'cut' }
  | undefined;
let asked: string[] = [];
let proxy: Server;
let host = '';
let login = '';

const git = async (...args: readonly string[]) => {
  const argv = ['git', '-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args];
  expect((await suite().run(argv)).status, suite().transcript()).toBe(0);
};
const commit = async (message: string) => {
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--message', message);
};
const dev = (...args: readonly string[]) =>
  suite().dev(['--yes', ...args], { env: { DOCKER_CONFIG: login } });
const json = async (...args: readonly string[]): Promise<unknown> => {
  const done = await dev('--json', ...args);
  expect(done.status, suite().transcript()).toBe(0);
  return JSON.parse(done.stdout);
};
/** Digest that a tag of the registry stands for. */
async function tagged(path: string, tag: string): Promise<string | undefined> {
  const answer = await fetch(`http://${registry().host}/v2/${path}/manifests/${tag}`, {
    headers: {
      accept:
        'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json',
      authorization: `Basic ${Buffer.from('ann:open sesame').toString('base64')}`,
    },
  });
  await answer.text();
  return answer.ok ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
}
interface Shown {
  readonly release: {
    readonly version: string;
    readonly tag: string;
    readonly commit: string;
    readonly images: Record<
      string,
      { id: string; digest: string; reference: string; artifacts: { digest: string }[] }
    >;
    readonly documents: Record<string, string>;
  };
  readonly promotedBy?: string;
  readonly signed?: { readonly signatures: readonly { readonly keyid: string }[] };
}
const shown = async (...args: readonly string[]) =>
  (await json('release', 'show', ...args)) as Shown;

const keyPair = () =>
  generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

beforeAll(async () => {
  proxy = createServer((asking, answer) => {
    const { method = '', url = '', headers } = asking;
    asked.push(`${method} ${url}`);
    if (fault?.matches(method, url) === true) {
      if (fault.status === 'cut') {
        fault = undefined;
        asking.once('data', () => asking.socket.destroy());
        return;
      }
      answer
        .writeHead(fault.status, { 'retry-after': '0.01' })
        .end('{"errors":[{"message":"planted"}]}');
      asking.resume();
      return;
    }
    const [name, port] = registry().host.split(':');
    const on = httpRequest({ host: name, port, method, path: url, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    on.on('error', () => answer.writeHead(502).end());
    asking.pipe(on);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  host = `127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`;
  login = mkdtempSync(join(tmpdir(), 'ostest-login-'));
  writeFileSync(join(login, 'config.json'), dockerConfig(host));
  suite().write('dev.yaml', suite().read('dev.yaml').replace('HOST', host));
  await suite().run(['git', 'init', '--quiet', '--initial-branch=main']);
  await git('config', 'user.name', 'Ann');
  await git('config', 'user.email', 'ann@example.com');
  await commit('one');
  await git('tag', 'v1.4.0');
}, 120_000);

afterAll(async () => {
  await new Promise((resolve) => proxy.close(resolve));
  proxy.closeAllConnections();
  rmSync(login, { recursive: true, force: true });
  await removeBakedImages(suite().name);
});

describe('dev release', () => {
  it('names nothing when the registry refuses, is full, busy, broken or down, and goes on afterwards', async () => {
    const path = 'shop/integration';
    const isManifest = (method: string, url: string): boolean =>
      method === 'PUT' && url.includes('/documents/manifests/');
    for (const [status, cure] of [
      [401, 'docker login'],
      [403, 'right to write'],
      [429, 'Wait: the registry takes no more for now'],
      [500, 'what is there stays'],
      [507, 'what is there stays'],
    ] as const) {
      fault = {
        status,
        matches: (method, url) => method === 'POST' && url.includes('/documents/'),
      };
      const failed = await dev('release');
      expect(failed.status, failed.stderr).not.toBe(0);
      expect(failed.stderr).toContain(String(status));
      expect(failed.stderr).toContain(cure);
      expect(await tagged(`${path}/web`, 'latest')).toBeUndefined();
    }
    fault = { status: 403, matches: isManifest };
    expect((await dev('release')).status).not.toBe(0);
    // The version was begun; whoever follows `latest` sees nothing of it.
    expect(await tagged(`${path}/web`, 'latest')).toBeUndefined();
    expect(((await json('release', 'list')) as { releases: unknown[] }).releases).toEqual([]);
    fault = undefined;
    const without = await suite().dev(['--yes', 'release'], { env: { DOCKER_CONFIG: '/nowhere' } });
    expect(without.status).not.toBe(0);
    expect(without.stderr).toContain(`docker login ${host}`);
    await registry().stop();
    const down = await dev('release');
    expect(down.status).not.toBe(0);
    expect(down.stderr).toMatch(/does not answer|answered 502/);
    await registry().start();
  });

  it('publishes what was tried, with where it comes from; a second run follows the first', async () => {
    asked = [];
    const planned = (await json('release', '--plan')) as {
      readonly places: readonly { readonly name: string; readonly standing: string }[];
    };
    expect(planned).toMatchObject({ plan: { steps: [] }, signed: false, already: false });
    // The image may have come through before the registry refused the rest.
    expect(planned.places.map(({ name, standing }) => `${name} ${standing}`)).toEqual([
      expect.stringMatching(/^web (?:new|there)$/),
      'documents new',
    ]);
    expect(asked.filter((line) => !line.startsWith('GET '))).toEqual([]);
    const cuts = (method: string, url: string): boolean =>
      method === 'PATCH' && url.includes('/web/blobs/uploads/');
    fault = { status: 'cut', matches: cuts };
    const [first, second] = await Promise.all([dev('release'), dev('release')]);
    expect([first.status, second.status], suite().transcript()).toEqual([0, 0]);
    const said = [first.stdout, second.stdout].sort().join('');
    expect(said).toMatch(
      /^1\.4\.0\+[0-9a-f]{7} is released\n[^]*1\.4\.0\+[0-9a-f]{7} is released already\n/,
    );
    const { release } = await shown();
    const { web } = release.images;
    for (const tag of [release.tag, 'latest']) {
      expect(await tagged('shop/integration/web', tag)).toBe(web?.digest);
    }
    const id = await runProgram(['docker', 'inspect', '--format', '{{.Id}}', web?.reference ?? '']);
    expect(id.stdout.trim()).toBe(web?.id);
    expect(await tagged('shop/release/web', release.tag)).toBeUndefined();
    const store = join(suite().places().delivery.store, 'blobs/sha256');
    const document = (name: string): Record<string, unknown> =>
      JSON.parse(
        readFileSync(join(store, (release.documents[name] ?? '').slice(7)), 'utf8'),
      ) as Record<string, unknown>;
    const sbom = document('sbom-web.cdx.json');
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    expect(JSON.stringify(sbom)).toContain('pkg:deb/debian/nodejs@');
    expect(document('provenance-web.json')).toMatchObject({
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [{ digest: { sha256: web?.digest.slice(7) } }],
    });
    expect(document('definition-prod.json')).toMatchObject({
      name: `${suite().name}-prod`,
      services: { web: { image: web?.reference } },
    });
    const there = await dev('release', '--plan');
    expect(there.stdout).toMatch(/^1\.4\.0\+[0-9a-f]{7} is released already\n/);
    const again = await dev('release');
    expect(again.stdout).toContain('is released already');
    expect(again.stderr).not.toContain('push');
    // One that was killed before it wrote the ledger finds all that it published to be its own.
    await git('update-ref', '-d', 'refs/onestack/ledger');
    const resumed = await dev('release');
    expect(resumed.status, resumed.stderr).toBe(0);
    expect((await shown()).release).toEqual(release);
  });

  it('promotes by digest, tells who did, and finds the way back from a container', async () => {
    const { release } = await shown();
    asked = [];
    const promoted = await dev('promote');
    expect(promoted.status, suite().transcript()).toBe(0);
    expect(await tagged('shop/release/web', release.tag)).toBe(release.images['web']?.digest);
    // No bytes of the image are sent a second time.
    expect(asked.filter((line) => line.startsWith('PUT') && line.includes('/blobs/'))).toEqual([]);
    expect((await shown('1.4.0')).promotedBy).toBe('Ann <ann@example.com>');
    expect((await dev('promote', '1.4.0')).stdout).toContain('is promoted already');
    const reference = release.images['web']?.reference ?? '';
    const container = `${suite().name}-way-back`;
    await runProgram(['docker', 'create', '--name', container, reference]);
    expect((await shown('--image', container)).release.commit).toBe(release.commit);
    await runProgram(['docker', 'rm', container]);
    expect((await dev('release', 'verify')).stdout).toContain('is as it was released: 1 image,');
    const log = (await json('release', 'log')) as { events: { kind: string }[] };
    expect(log.events.map(({ kind }) => kind)).toEqual(['released', 'promoted']);
    expect((await dev('release', 'show', '9.9.9')).stderr).toContain('there is no release 9.9.9');
  });

  it('never writes a version over, and finds what was altered', async () => {
    const { release } = await shown();
    suite().write('web/server.js', 'setInterval(() => {}, 2e6);\n');
    await commit('two');
    const snapshot = (await json('version')) as { imageTag: string };
    // Somebody has put something else there.
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      },
      layers: [],
    });
    const authorization = `Basic ${Buffer.from('ann:open sesame').toString('base64')}`;
    const put = async (path: string, tag: string) => {
      const url = `http://${registry().host}/v2/${path}/manifests/${tag}`;
      const headers = {
        authorization,
        'content-type': 'application/vnd.oci.image.manifest.v1+json',
      };
      // The documents' repository has the empty configuration; it is taken over from there.
      await fetch(
        `http://${registry().host}/v2/${path}/blobs/uploads/?mount=sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a&from=shop/integration/documents`,
        { method: 'POST', headers: { authorization } },
      );
      expect((await fetch(url, { method: 'PUT', headers, body: manifest })).status).toBe(201);
    };
    await put('shop/integration/web', snapshot.imageTag);
    const unmade = await dev('release', '--plan');
    expect(unmade.status, unmade.stderr).toBe(0);
    expect(unmade.stdout).toContain('is there: refused, if what the run makes is something else');
    const refused = await dev('release');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('exists and is something else');
    const foreseen = await dev('release', '--plan');
    expect(foreseen.status).toBe(1);
    expect(foreseen.stderr).toContain('exists and is something else');
    expect(await tagged('shop/integration/web', 'latest')).toBe(release.images['web']?.digest);

    await put('shop/release/web', release.tag);
    const altered = await dev('release', 'verify', '1.4.0');
    expect(altered.status).toBe(1);
    expect(altered.stderr).toContain('is not what was released');
    const store = join(suite().places().delivery.store, 'blobs/sha256');
    const blob = (release.images['web']?.artifacts[0]?.digest ?? '').slice(7);
    const bytes = readFileSync(join(store, blob));
    appendFileSync(join(store, blob), 'x');
    expect((await dev('release', 'verify', '1.4.0')).stderr).toContain('was altered');
    writeFileSync(join(store, blob), bytes);
  });

  it('goes behind TLS and tokens, is signed, and finds every byte that was altered there', async () => {
    const { host: secure, ca = '', tokens, container } = secured();
    const { privateKey, publicKey } = keyPair();
    writeFileSync(join(login, 'release.key'), privateKey, { mode: 0o600 });
    suite().write('keys/release.pub', publicKey);
    const store = `${secure}/shop, signedBy: [keys/release.pub]`;
    suite().write('dev.yaml', suite().read('dev.yaml').replace(`${host}/shop`, store));
    await commit('elsewhere');
    const unsigned = await dev('release');
    expect(unsigned.status).toBe(2);
    expect(unsigned.stderr).toContain('ONESTACK_SIGNING_KEY_FILE');
    writeFileSync(join(login, 'config.json'), dockerConfig(secure));
    const untrusted = await suite().dev(['--yes', 'release'], {
      env: { DOCKER_CONFIG: login, ONESTACK_SIGNING_KEY_FILE: join(login, 'release.key') },
    });
    expect(untrusted.status).not.toBe(0);
    expect(untrusted.stderr).toContain(`/etc/docker/certs.d/${secure}/ca.crt`);
    expect(tokens?.asked).toEqual([]);
    writeFileSync(join(login, 'ca.pem'), ca);
    const env = {
      ...{ DOCKER_CONFIG: login, SSL_CERT_FILE: join(login, 'ca.pem') },
      ONESTACK_SIGNING_KEY_FILE: join(login, 'release.key'),
    };
    const trusting = (...args: readonly string[]) => suite().dev(['--yes', ...args], { env });
    const nobody = { ...env, DOCKER_CONFIG: '/nowhere' };
    const refused = await suite().dev(['--yes', 'release'], { env: nobody });
    expect(refused.stderr).toContain(`docker login ${secure}`);
    const released = await trusting('release');
    expect(released.status, released.stderr).toBe(0);
    const { release, signed } = JSON.parse(
      (await trusting('--json', 'release', 'show')).stdout,
    ) as Shown;
    const keyid = signed?.signatures[0]?.keyid ?? '';
    expect((await trusting('release', 'verify')).stdout).toContain(`signed by ${keyid}`);

    const { images, documents } = release;
    writeFileSync(join(login, 'release.pub'), publicKey);
    writeFileSync(join(login, 'other.pub'), keyPair().publicKey);
    const reference = `${secure}/shop/integration/web@${images['web']?.digest ?? ''}`;
    const judged = await cosignVerify({ reference, folder: login, key: 'release.pub' });
    expect(judged.stderr + judged.stdout).toContain('verified against the specified public key');
    expect(judged.status).toBe(0);
    const other = await cosignVerify({ reference, folder: login, key: 'other.pub' });
    expect(other.status, other.stdout).not.toBe(0);
    const altered = [images['web']?.id ?? '', Object.values(documents)[0] ?? ''];
    const of = (digest: string): string =>
      `/var/lib/docker-registry/docker/registry/v2/blobs/sha256/${digest.slice(7, 9)}/${digest.slice(7)}/data`;
    const inRegistry = (script: string, ...digests: readonly string[]) =>
      suite().run(['docker', 'exec', container, 'sh', '-c', script, ...digests.map(of)]);
    await inRegistry(
      'for one in "$0" "$@"; do cp "$one" "$one.kept"; printf " " >>"$one"; done',
      ...altered,
    );
    const found = await trusting('release', 'verify');
    expect(found.status).toBe(1);
    for (const digest of altered) expect(found.stderr).toContain(`${digest} was altered`);
    await inRegistry('for one in "$0" "$@"; do mv "$one.kept" "$one"; done', ...altered);
    const manifest = images['web']?.digest ?? '';
    await inRegistry('cp "$0" "$0.kept"; printf " " >>"$0"', manifest);
    expect((await trusting('promote')).stderr).toContain('is not what was released');
    await inRegistry('mv "$0.kept" "$0"', manifest);

    expect((await trusting('promote')).status, suite().transcript()).toBe(0);
    // The registry names what it wants in any order.
    expect(tokens?.asked.flatMap((one) => one.scopes)).toContainEqual(
      expect.stringMatching(/^repository:shop\/release\/web:(?:pull,push|push,pull)$/),
    );
    // Another key is nobody's whom the project names.
    suite().write('keys/release.pub', keyPair().publicKey);
    expect((await trusting('release', 'verify')).stderr).toContain('is signed by nobody who may');
  });

  it('says its passwords nowhere', () => {
    const key = readFileSync(join(login, 'release.key'), 'utf8').split('\n')[1] ?? '';
    const secrets = [key, 'open sesame', Buffer.from('ann:open sesame').toString('base64')];
    const { folder } = suite().places().delivery;
    const texts = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name), 'latin1'));
    for (const secret of secrets) {
      expect(suite().transcript()).not.toContain(secret);
      expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});
