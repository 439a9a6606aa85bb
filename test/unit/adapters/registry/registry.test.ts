import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { hostFiles } from '../../../../src/adapters/files.ts';
import { digestOf } from '../../../../src/adapters/registry/digest.ts';
import { openRegistry } from '../../../../src/adapters/registry/registry.ts';
import type { Processes } from '../../../../src/ports/processes.ts';
import type { Registry } from '../../../../src/ports/registry.ts';
import { value } from '../../../support/images.ts';
import { partly } from '../../../support/partly.ts';
import { testAuthority, type Authority } from '../../../support/test-authority.ts';

type Answer = (from: IncomingMessage, to: ServerResponse) => void;

/** Given instead of what the registry would do; each once, in order. Undefined: it does as it does. */
let faults: (Answer | undefined)[] = [];
let asked: string[] = [];
let blobs = new Map<string, string>();
let folder = '';
let slept: number[] = [];

beforeEach(() => {
  faults = [];
  asked = [];
  slept = [];
  blobs = new Map();
  folder = mkdtempSync(join(tmpdir(), 'ostest-registry-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a registry does that is well: blobs by digest, uploads in one piece. */
function well(from: IncomingMessage, to: ServerResponse): void {
  const url = new URL(from.url ?? '', 'http://any');
  const name = url.pathname.split('/').at(-1) ?? '';
  if (from.method === 'POST') {
    to.writeHead(202, { location: `/v2/any/blobs/uploads/${String(asked.length)}` }).end();
  } else if (from.method === 'PUT') {
    let body = '';
    from.setEncoding('utf8').on('data', (text: string) => (body += text));
    from.on('end', () => {
      blobs.set(url.searchParams.get('digest') ?? '', body);
      to.writeHead(201).end();
    });
  } else {
    const body = blobs.get(name);
    to.writeHead(body === undefined ? 404 : 200).end(from.method === 'HEAD' ? '' : body);
  }
}

async function serve(answer: Answer, authority?: Authority): Promise<string> {
  const listener: Answer = (from, to) => {
    asked.push(`${from.method ?? ''} ${(from.url ?? '').replace(/\?.*$/, '')}`);
    from.on('error', () => undefined);
    answer(from, to);
  };
  const server =
    authority === undefined
      ? createServer(listener)
      : createSecureServer({ key: authority.key, cert: authority.certificate }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`;
}

const status =
  (code: number, headers = {}, body = ''): Answer =>
  (from, to) => {
    from.resume();
    to.writeHead(code, headers).end(body);
  };
const broken: Answer = (from) => from.socket.destroy();

function open(
  host: string,
  {
    auths,
    environment,
    patienceMs = 5000,
  }: { auths?: unknown; environment?: Record<string, string>; patienceMs?: number } = {},
): Registry {
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
  return openRegistry(host, {
    files: hostFiles,
    processes: partly<Processes>({ run: () => Promise.reject(new Error('no')) }),
    environment: { DOCKER_CONFIG: folder, HOME: folder, ...environment },
    patienceMs,
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
  });
}
const basic = (pair: string): string => Buffer.from(pair).toString('base64');

/** With the faults of a test; a first question of which scheme it speaks is none of theirs. */
const faulty: Answer = (from, to) => {
  if (from.url === '/v2/') to.writeHead(200).end();
  else (faults.shift() ?? well)(from, to);
};

describe('an upload', () => {
  it.each([
    ['the registry stumbles in the middle', status(500)],
    ['it forgets the upload', status(404)],
    ['the connection breaks', broken],
  ])('is begun anew when %s', async (_what, fault) => {
    const registry = open(await serve(faulty));
    faults = [undefined, undefined, fault];
    const text = 'x'.repeat(100_000);
    expect(value(await registry.upload('any', text))).toEqual({
      digest: digestOf(text),
      size: text.length,
    });
    expect(blobs.get(digestOf(text))).toBe(text);
    const begun = asked.filter((line) => line === 'POST /v2/any/blobs/uploads/');
    expect(begun).toHaveLength(2);
  });

  it('is given up when it never goes through, with what was answered', async () => {
    const registry = open(
      await serve((from, to) => {
        if (from.method === 'PUT')
          status(500, {}, '{"errors":[{"message":"no space left on device"}]}')(from, to);
        else well(from, to);
      }),
    );
    expect(await registry.upload('any', 'x')).toMatchObject({
      failure: {
        why: expect.stringContaining('answered 500: no space left on device') as unknown,
        cure: expect.stringContaining('Make room in the registry') as unknown,
      },
    });
    expect(blobs.size).toBe(0);
  });

  it('is asked for beforehand, and nothing of that stays', async () => {
    const full = '{"errors":[{"message":"unknown error","detail":{"Enclosed":{"Err":28}}}]}';
    const registry = open(await serve(faulty));
    expect((await registry.takes('any')).ok).toBe(true);
    expect(asked.at(-1)).toMatch(/^DELETE /);
    faults = Array.from({ length: 4 }, () => status(500, {}, full));
    expect(await registry.takes('any')).toMatchObject({
      failure: {
        why: expect.stringContaining('answered 500: its disk is full') as unknown,
        cure: expect.stringContaining('Make room in the registry') as unknown,
      },
    });
    expect(blobs.size).toBe(0);
  });

  it('waits as long as a busy registry asks for, and no longer than it may', async () => {
    const registry = open(await serve(faulty));
    faults = [status(429, { 'retry-after': '3' }), status(429, { 'retry-after': '9999' })];
    expect((await registry.upload('any', 'x')).ok).toBe(true);
    expect(slept).toEqual([3000, 10_000]);
  });
});

describe('a slow registry', () => {
  it('is waited for as long as it says something, and is down when it does not', async () => {
    const text = 'x'.repeat(10);
    const host = await serve((_from, to) => {
      if (faults.length > 0) return;
      let sent = 0;
      const timer = setInterval(() => {
        to.write('x');
        sent += 1;
        if (sent < text.length) return;
        clearInterval(timer);
        to.end();
      }, 150);
    });
    const registry = open(host, { patienceMs: 1000 });
    // In all longer than its patience, never silent for so long.
    expect(value(await registry.read('any', digestOf(text)))).toBe(text);
    faults = [broken];
    expect(await registry.read('any', digestOf(text))).toMatchObject({
      failure: { why: `${host} does not answer: it said nothing for 1 s` },
    });
  });
});

describe('what is called by its digest', () => {
  it('is refused when it has another one, wherever the registry sends us to for it', async () => {
    const elsewhere = await serve((from, to) => {
      asked.push(`login ${from.headers.authorization ?? 'none'}`);
      to.writeHead(200).end('something else');
    });
    const host = await serve((from, to) => {
      if (from.headers.authorization === undefined)
        status(401, { 'www-authenticate': 'Basic realm="x"' })(from, to);
      else status(307, { location: `http://${elsewhere}/storage` })(from, to);
    });
    const registry = open(host, { auths: { [host]: { auth: basic('ann:secret') } } });
    const failure = { what: expect.stringContaining('was altered') as unknown };
    expect(await registry.holds('any', digestOf('x'))).toMatchObject({ failure });
    expect(await registry.read('any', digestOf('something else'))).toEqual({
      ok: true,
      value: 'something else',
    });
    // The login is the registry's own, and nobody else's.
    expect(asked.filter((line) => line.startsWith('login'))).toEqual(['login none', 'login none']);
  });
});

describe('a login', () => {
  it('goes nowhere while nobody vouches for the certificate, and says what helps', async () => {
    const authority = testAuthority();
    const told: (string | undefined)[] = [];
    const host = await serve((from, to) => {
      told.push(from.headers.authorization);
      status(401, { 'www-authenticate': 'Basic realm="x"' })(from, to);
    }, authority);
    const auths = { [host]: { auth: basic('ann:secret') } };
    expect(await open(host, { auths }).read('any', digestOf('x'))).toMatchObject({
      failure: {
        why: expect.stringContaining('is not trusted') as unknown,
        cure: expect.stringContaining(`/etc/docker/certs.d/${host}/ca.crt`) as unknown,
      },
    });
    expect(told).toEqual([]);
    writeFileSync(join(folder, 'ca.pem'), authority.ca);
    const environment = { SSL_CERT_FILE: join(folder, 'ca.pem') };
    await open(host, { auths, environment }).read('any', digestOf('x'));
    expect(told).toEqual([undefined, undefined, `Basic ${basic('ann:secret')}`]);
  });

  it.each([
    ['a password', { auth: basic('ann:secret') }, `Basic ${basic('ann:secret')}`, ''],
    [
      'an identity token',
      { identitytoken: 'long-lived' },
      undefined,
      'grant_type=refresh_token&client_id=onestack-dev&service=s&scope=a%3Ab%3Apull+c%3Ad%3Apush&refresh_token=long-lived',
    ],
  ])(
    'is changed for a token, by %s, and again when that is over',
    async (_what, auth, shown, body) => {
      const authority = testAuthority();
      writeFileSync(join(folder, 'ca.pem'), authority.ca);
      const environment = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
      let given = 0;
      const service = await serve((from, to) => {
        let sent = '';
        from.setEncoding('utf8').on('data', (text: string) => (sent += text));
        from.on('end', () => {
          expect([from.headers.authorization, sent]).toEqual([shown, body]);
          if (body === '')
            expect(from.url).toBe('/token?service=s&scope=a%3Ab%3Apull&scope=c%3Ad%3Apush');
          given += 1;
          to.writeHead(200).end(JSON.stringify({ access_token: `t${String(given)}` }));
        });
      }, authority);
      blobs.set(digestOf('x'), 'x');
      const challenge = `Bearer realm="https://${service}/token",service="s",scope="a:b:pull c:d:push"`;
      let valid = 't1';
      const host = await serve((from, to) => {
        if (from.headers.authorization === `Bearer ${valid}`) well(from, to);
        else status(401, { 'www-authenticate': challenge })(from, to);
      }, authority);
      const registry = open(host, { auths: { [`https://${host}/v2/`]: auth }, environment });
      expect(value(await registry.read('any', digestOf('x')))).toBe('x');
      expect(value(await registry.read('any', digestOf('x')))).toBe('x');
      expect(given).toBe(1);
      valid = 't2';
      expect(value(await registry.read('any', digestOf('x')))).toBe('x');
      expect(given).toBe(2);
      // One that is not taken is not asked for without end.
      valid = 'never';
      expect(await registry.read('any', digestOf('x'))).toMatchObject({
        failure: { cure: `docker login ${host}` },
      });
      expect(given).toBe(3);
    },
  );

  it('is shown to no service without TLS that is not this machine’s own', async () => {
    const challenge = 'Bearer realm="http://tokens.example.com/token",service="s",scope="a:b:pull"';
    const host = await serve(status(401, { 'www-authenticate': challenge }));
    const registry = open(host, { auths: { [host]: { auth: basic('ann:secret') } } });
    expect(await registry.read('any', digestOf('x'))).toMatchObject({
      failure: { cure: `docker login ${host}` },
    });
  });

  it('that is with a program which is not there is told as that, where nothing else is', async () => {
    const denied = status(401, { 'www-authenticate': 'Basic realm="x"' });
    const host = await serve(denied);
    const open127 = (auths?: unknown): Registry => {
      const config = { auths, credsStore: 'desktop' };
      writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
      return openRegistry(host, {
        files: hostFiles,
        processes: partly<Processes>({
          run: () => Promise.resolve({ status: 127, stdout: '', stderr: '' }),
        }),
        environment: { DOCKER_CONFIG: folder, HOME: folder },
        sleep: () => Promise.resolve(),
      });
    };
    expect(await open127().read('any', digestOf('x'))).toMatchObject({
      failure: {
        why: expect.stringContaining('docker-credential-desktop, which keeps logins') as unknown,
        cure: expect.stringContaining('take credsStore') as unknown,
      },
    });
    const auths = { [host]: { auth: basic('ann:wrong') } };
    expect(await open127(auths).read('any', digestOf('x'))).toMatchObject({
      failure: { cure: `docker login ${host}` },
    });
  });
});
