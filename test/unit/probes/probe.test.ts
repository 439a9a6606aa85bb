import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { PlainMapping } from '../../../src/model/plain.ts';
import type { ProbeDefinition } from '../../../src/model/probe.ts';
import type { ProbeAnswer, WireRequest } from '../../../src/ports/prober.ts';
import { deriveProbes } from '../../../src/probes/derive.ts';
import { nginxRoutes } from '../../../src/probes/nginx.ts';
import { runProbe, type ProbeRoom } from '../../../src/probes/run.ts';
import { judgeAnswer } from '../../../src/probes/verdict.ts';
import { entryRequest, stageRequest } from '../../../src/probes/wire.ts';
import { readAccess } from '../../../src/tools/access.ts';
import { blameLines, probeLines, waysText } from '../../../src/views/probe-text.ts';

const DOCUMENT = parse(`
services:
  proxy: { image: nginx, ports: ['8443:443'], depends_on: [api] }
  api:
    image: x
    expose: [3000]
    depends_on: { db: {}, pricing: {} }
    healthcheck: { test: [CMD, curl, -f, 'http://localhost:3000/healthz'] }
  pricing: { image: x, healthcheck: { test: 'wget -q http://127.0.0.1:4000/live || exit 1' } }
  db: { image: postgres, environment: { POSTGRES_USER: shop } }
`) as PlainMapping;
const place = { directory: '/p', secretsDirectory: '/p/secrets' };
const { access } = readAccess(DOCUMENT, 'shop', place);
const routes = new Map([
  ['proxy', nginxRoutes(['server { listen 443 ssl; location / { proxy_pass http://api:3000; } }'])],
]);
const addressing = { access, caFile: { inside: '/in.crt', host: '/host.crt' } };

const answered = (status: number, body = ''): ProbeAnswer => ({
  durationMs: 1,
  outcome: { kind: 'answered', status, body },
});

describe('a verdict', () => {
  it('measures status and body against what is expected', () => {
    expect(judgeAnswer(answered(204), { status: [] }).ok).toBe(true);
    expect(judgeAnswer(answered(404, 'no'), { status: [] }).failure).toEqual({
      cause: 'status',
      message: 'status 404, expected below 400: no',
    });
    expect(judgeAnswer(answered(404), { status: [404] }).ok).toBe(true);
    expect(judgeAnswer(answered(200, 'abc'), { status: [], contains: 'x' }).failure?.cause).toBe(
      'body',
    );
    expect(judgeAnswer(answered(200, 'abc'), { status: [], matches: '^a.c$' }).ok).toBe(true);
  });
});

describe('derived probes', () => {
  const [probe] = deriveProbes({ document: DOCUMENT, access, routes });
  it('follow nginx, health checks and dependencies', () => {
    expect(probe?.request.url).toBe('https://proxy/healthz');
    expect(probe?.stages.map(({ name, url, after }) => [name, url, after])).toEqual([
      ['proxy', 'https://proxy/healthz', undefined],
      ['api', 'http://api:3000/healthz', 'proxy'],
      ['db', 'postgres', 'api'],
      ['pricing', 'http://pricing:4000/live', 'api'],
    ]);
    expect(probe && waysText(probe)).toBe('proxy → api → db, api → pricing');
  });
});

describe('requests', () => {
  const request = { method: 'GET', headers: {}, expect: { status: [] }, timeoutMs: 9 };
  it('go from the host to where the entry is published', () => {
    const port = { containerPort: 443, protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8445 };
    const published = new Map([['proxy', [port as never]]]);
    const entry = { ...request, url: 'https://proxy/x?y=1' };
    expect(entryRequest(entry, published, addressing)).toMatchObject({
      from: 'host',
      request: { url: 'https://localhost:8445/x?y=1', caFile: '/host.crt' },
    });
    const unpublished = entryRequest(entry, new Map([['proxy', []]]), addressing);
    expect(unpublished).toMatchObject({ from: 'inside', request: { caFile: '/in.crt' } });
  });

  it('to databases carry user and database, and no password', () => {
    const stage = { ...request, url: 'postgres', name: 'db', service: 'db' };
    expect(stageRequest(stage, addressing)).toEqual({
      protocol: 'postgres',
      host: 'db',
      port: 5432,
      timeoutMs: 9,
      credentials: { user: 'shop', database: 'shop' },
    });
    const named = stageRequest({ ...stage, url: 'postgres://db:6000/other' }, addressing);
    expect(named).toMatchObject({ port: 6000, credentials: { database: 'other' } });
  });
});

describe('a run', () => {
  const step = (name: string): ProbeDefinition['stages'][number] => ({
    name,
    service: name,
    url: `http://${name}/`,
    method: 'GET',
    headers: {},
    expect: { status: [] },
    timeoutMs: 1,
  });
  const probe: ProbeDefinition = {
    name: 'order',
    request: step('proxy'),
    stages: [step('proxy'), step('api')],
  };
  const room = (statuses: Readonly<Record<string, number>>): ProbeRoom => {
    const send = (request: WireRequest): Promise<ProbeAnswer> => {
      const host = request.protocol === 'http' ? new URL(request.url).hostname : '';
      return Promise.resolve(answered(statuses[host] ?? 200, 'oh'));
    };
    return { addressing, published: new Map(), sendFromHost: send, sendFromInside: send };
  };

  it('blames the innermost and says who follows', async () => {
    const result = await runProbe(probe, room({ proxy: 502, api: 500 }));
    expect(result).toMatchObject({ ok: false, failedStage: 'api' });
    const evidence = { service: 'api', notRunning: 'Exited (1)', lastLines: ['boom'] };
    expect(blameLines({ ...result, evidence }, false)).toEqual([
      '  fails at api: wrong status: status 500, expected below 400: oh',
      '  api does not run: Exited (1)',
      '    │ boom',
      '  because of it fails: the whole way, proxy',
    ]);
  });

  it('shows what it did', async () => {
    const result = await runProbe(probe, room({}));
    expect(probeLines(probe, result, false)).toEqual([
      'order: proxy → api',
      '  ✓ through  200    1.0 ms  GET http://proxy/',
      '  ✓ proxy    200    1.0 ms  GET http://proxy/',
      '  ✓ api      200    1.0 ms  GET http://api/',
    ]);
  });

  it('of one stage sends nothing else', async () => {
    const result = await runProbe(probe, room({}), 'api');
    expect(result.steps.map(({ stage }) => stage)).toEqual(['api']);
  });
});
