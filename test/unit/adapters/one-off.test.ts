import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configuredProxies } from '../../../src/adapters/engine/client-proxies.ts';
import { dockerEngine } from '../../../src/adapters/engine/engine.ts';
import { hostEngineChoice } from '../../../src/adapters/engine/host-choice.ts';
import { oneOffBody } from '../../../src/adapters/engine/one-off-body.ts';

const SPEC = { name: 'one', image: 'node', command: ['-c', 'true'] };

describe('a container for one command', () => {
  it('is what the engine wants to have of it, and is taken away by itself', () => {
    const spec = {
      ...SPEC,
      ...{ entrypoint: 'sh', user: '0:0', workingDirectory: '/app', init: true, network: 'none' },
      ...{ mayGainPrivileges: false, labels: { 'a.b': 'c' } },
      mounts: [
        { type: 'bind', source: '/x,y', target: '/app', readOnly: true },
        { type: 'volume', source: 'cache', target: '/cache' },
        { type: 'home', target: '/home/app', options: 'exec,uid=1' },
        { type: 'nothing', target: '/app/.dev' },
      ],
    } as const;
    expect(oneOffBody(spec, {}, {})).toEqual({
      ...{ name: 'one', Image: 'node', Entrypoint: ['sh'], Cmd: ['-c', 'true'] },
      ...{ User: '0:0', WorkingDir: '/app', Labels: { 'a.b': 'c' }, Env: [] },
      ...{ AttachStdout: true, AttachStderr: true },
      HostConfig: {
        ...{ AutoRemove: true, Init: true, NetworkMode: 'none' },
        SecurityOpt: ['no-new-privileges'],
        Mounts: [
          { Type: 'bind', Source: '/x,y', Target: '/app', ReadOnly: true },
          { Type: 'volume', Source: 'cache', Target: '/cache', ReadOnly: false },
          {
            ...{ Type: 'tmpfs', Source: '', Target: '/app/.dev', ReadOnly: true },
            TmpfsOptions: { SizeBytes: 4096, Mode: 0o555 },
          },
        ],
        Tmpfs: { '/home/app': 'exec,uid=1' },
      },
    });
  });

  it('has what is said, then what is passed, and proxies only where it has a way out', () => {
    const spec = { ...SPEC, environment: { A: '1', no_proxy: 'own' }, passed: ['T', 'GONE'] };
    const given = { T: 'secret', OTHER: 'x' };
    const proxies = { NO_PROXY: 'p', no_proxy: 'p' };
    const all = ['NO_PROXY=p', 'no_proxy=own', 'A=1', 'T=secret'];
    expect(oneOffBody(spec, given, proxies).Env).toEqual(all);
    const closed = oneOffBody({ ...spec, network: 'none' }, given, proxies);
    expect(closed.Env).toEqual(['A=1', 'no_proxy=own', 'T=secret']);
  });
});

describe('the proxies of docker’s configuration', () => {
  const text = JSON.stringify({
    proxies: {
      default: { httpProxy: 'http://p:1', noProxy: '', other: 'x' },
      'tcp://far:1': { allProxy: 'socks://q' },
    },
  });

  it('are those of the engine, else the default ones, in both spellings', () => {
    const plain = { HTTP_PROXY: 'http://p:1', http_proxy: 'http://p:1' };
    expect(configuredProxies(text, 'unix:///x')).toEqual(plain);
    const far = { ALL_PROXY: 'socks://q', all_proxy: 'socks://q' };
    expect(configuredProxies(text, 'tcp://far:1')).toEqual(far);
  });

  it.each(['', 'no JSON', '[]', '{"proxies":1}', '{"proxies":{"default":[1]}}'])(
    'are none in %j',
    (broken) => expect(configuredProxies(broken, 'any')).toEqual({}),
  );
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An engine that answers what is asked of one container as it is told to; with what it was asked. */
async function engineOf(answers: Readonly<Record<string, Answer>>) {
  const folder = mkdtempSync(join(tmpdir(), 'onestack-one-off-'));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const what = `${request.method ?? ''} ${(request.url ?? '').replace(/[?]condition=/, ' ')}`;
    const name = what.replace(/\?.*$/, '');
    asked.push(name);
    request.resume();
    const answer = answers[name];
    if (answer === undefined) response.writeHead(404).end('{"message":"nothing"}');
    else answer(request, response);
  });
  server.listen(join(folder, 'docker.sock'));
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const host = `unix://${join(folder, 'docker.sock')}`;
  const choice = hostEngineChoice({ DOCKER_HOST: host }, '/nowhere');
  return { engine: dockerEngine(choice), asked };
}

const frame = (stream: 1 | 2, text: Uint8Array | string): Buffer => {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
};

const say =
  (status: number, body?: object): Answer =>
  (_request, response) =>
    void response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body));

const CREATE = { 'POST /containers/create': say(201, { Id: 'c' }) };

it('is read to its last line before its end is told, and listened to before it starts', async () => {
  const held: ServerResponse[] = [];
  const hold: Answer = (_request, response) => {
    response.writeHead(200);
    response.flushHeaders();
    held.push(response);
  };
  const letter = Buffer.from('ü');
  const { engine, asked } = await engineOf({
    ...CREATE,
    'POST /containers/c/attach': hold,
    'POST /containers/c/wait next-exit': hold,
    'POST /containers/c/start': (_request, response) => {
      response.writeHead(204).end();
      const output = held.find((one) => one.req.url?.includes('attach') === true);
      const exit = held.find((one) => one !== output);
      exit?.end(JSON.stringify({ StatusCode: 3 }));
      output?.write(frame(1, Buffer.concat([Buffer.from('a'), letter.subarray(0, 1)])));
      output?.write(frame(2, 'err\r\nrest'));
      output?.end(frame(1, Buffer.concat([letter.subarray(1), Buffer.from('\nlast')])));
    },
    'POST /containers/c/wait removed': say(200, { StatusCode: 3 }),
  });
  const lines: string[] = [];
  const { signal } = new AbortController();
  const ended = await engine.runOneOff(SPEC, {
    environment: {},
    onLine: (line) => lines.push(line),
    signal,
  });
  expect(lines).toEqual(['err', 'aü', 'last', 'rest']);
  expect(ended).toMatchObject({ ok: true, value: { status: 3 } });
  if (ended.ok) await ended.value.gone;
  expect(asked.slice(0, 1)).toEqual(['POST /containers/create']);
  expect(asked.indexOf('POST /containers/c/start')).toBe(3);
  expect(asked.at(-1)).toBe('POST /containers/c/wait removed');
});

it.each([
  ['could not be started', { 'POST /containers/c/start': say(500, { message: 'no such file' }) }],
  ['had a broken end', { 'POST /containers/c/start': say(204) }],
])('that %s is taken away, and told', async (_what, more) => {
  const { engine, asked } = await engineOf({
    ...CREATE,
    'POST /containers/c/attach': say(200),
    'POST /containers/c/wait next-exit': (_request, response) => void response.end('not JSON'),
    'DELETE /containers/c': say(204),
    ...more,
  });
  const { signal } = new AbortController();
  const ended = await engine.runOneOff(SPEC, { environment: {}, onLine: () => undefined, signal });
  expect(ended.ok).toBe(false);
  expect(asked).toContain('DELETE /containers/c');
});

it('interrupted while it was made, never starts', async () => {
  const stop = new AbortController();
  const { engine, asked } = await engineOf({
    'POST /containers/create': (_request, response) => {
      stop.abort();
      say(201, { Id: 'c' })(_request, response);
    },
    'DELETE /containers/c': say(204),
  });
  const { signal } = stop;
  const ended = await engine.runOneOff(SPEC, { environment: {}, onLine: () => undefined, signal });
  expect(ended).toMatchObject({ ok: true, value: { status: 137 } });
  expect(asked).toEqual(['POST /containers/create', 'DELETE /containers/c']);
});
