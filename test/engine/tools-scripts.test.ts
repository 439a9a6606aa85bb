import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { rigForSuite } from '../support/rig.ts';
import { SMALL_STACK } from '../support/small-stack.ts';
import { waitFor } from '../support/wait-for.ts';

const rig = rigForSuite({ files: SMALL_STACK });
const inTools = (...argv: string[]) => rig().dev(['tools', '--', ...argv]);

/** Runs a script with `--json` and reads its document. */
async function json<T>(...argv: string[]): Promise<T> {
  const done = await inTools(...argv, '--json');
  expect(done.stdout, done.stderr).not.toBe('');
  return JSON.parse(done.stdout) as T;
}

beforeAll(async () => {
  const compose = rig().read('compose/base.yaml');
  rig().write('compose/base.yaml', compose.replace('18443', String(await freePort())));
  const up = await rig().dev(['up', '--yes', '--detach']);
  expect(up.status, up.stderr).toBe(0);
  // `pricing` has no health check that would be waited for.
  await waitFor('all of it to answer', async () =>
    (await inTools('curl', '-sS', 'https://proxy/price')).stdout.includes('"price":42'),
  );
});

describe('the script', () => {
  it.each([
    'check-network',
    'connections',
    'http-capture',
    'load-test',
    'redis-watch',
    'slow-queries',
    'trace',
    'usage',
  ])('%s has help with an example', async (name) => {
    const { stdout, status } = await inTools(name, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`example:\n +dev tools .*${name}`));
    expect(stdout).toContain('--json');
  });

  it('trace shows the way of a request that it sends', async () => {
    interface Trace {
      request: { status: number };
      services: string[];
      id: string;
    }
    const trace = await json<Trace>('trace', '--send', 'https://proxy/price');
    expect(trace.request.status).toBe(200);
    // It waits a moment for the lines; on a busy machine the last of them come later.
    const services = await waitFor('the lines of three services', async () => {
      const found = await json<Trace>('trace', trace.id);
      return found.services.length === 3 && found.services;
    });
    expect([...services].sort()).toEqual(['api', 'pricing', 'proxy']);
    const again = await inTools('trace', trace.id);
    expect(again.stdout).toContain('pricing');
    const around = await rig().dev(['logs', '--around', trace.id]);
    expect(around.stdout.trim().split('\n')).toHaveLength(3);
  });

  it('slow-queries shows who waits for whose lock', async () => {
    interface Report {
      active: { query: string }[];
      locks: { blockedBy: number[]; query: string; on: string; blockingQuery: string }[];
    }
    await inTools('psql', 'db', '-qc', 'create table things (id int)');
    const holder = rig().startDev([
      ...['tools', '--', 'psql', 'db', '-c'],
      'begin; lock table things; select pg_sleep(60)',
    ]);
    const slowQueries = () => json<Report>('slow-queries', 'db', '--min-ms', '0');
    await waitFor('the lock to be held', async () =>
      (await slowQueries()).active.some(({ query }) => query.includes('pg_sleep')),
    );
    const waiter = rig().startDev(['tools', '--', 'psql', 'db', '-c', 'select * from things']);
    const report = await waitFor('the lock', async () => {
      const seen = await slowQueries();
      return seen.locks.length > 0 && seen;
    });
    expect(report.locks[0]).toMatchObject({ query: 'select * from things' });
    expect(report.locks[0]?.on).toContain('things');
    expect(report.locks[0]?.blockingQuery).toContain('lock table things');
    for (const running of [waiter, holder]) {
      running.kill('SIGINT');
      await running.finished;
    }
  });

  it('redis-watch shows keys and commands', async () => {
    await inTools('redis-cli', 'cache', 'setex', 'session:1', '100', 'x');
    const watching = rig().startDev([
      ...['tools', '--', 'redis-watch', '--seconds', '60', '--count', '25', '--json'],
    ]);
    await waitFor('enough commands, those of health checks among them', async () => {
      await inTools('redis-cli', 'cache', 'get', 'session:7');
      return watching.status() !== undefined;
    });
    const report = JSON.parse((await watching.finished).stdout) as {
      keys: { key: string; type: string; ttlSeconds: number }[];
      commands: { command: string; key: string }[];
    };
    expect(report.keys[0]).toMatchObject({ key: 'session:1', type: 'string' });
    expect(report.commands.map(({ command, key }) => `${command} ${key}`)).toContain(
      'GET session:*',
    );
  });

  it('http-capture shows what passes between two services', async () => {
    const capturing = rig().startDev([
      ...['tools', '--target', 'api', '--', 'http-capture', '--with', 'pricing'],
      ...['--seconds', '60', '--count', '1', '--json'],
    ]);
    await waitFor('a request', async () => {
      await inTools('curl', '-s', 'http://api:3000/price?x=1');
      return capturing.status() !== undefined;
    });
    const { requests } = JSON.parse((await capturing.finished).stdout) as { requests: object[] };
    expect(requests[0]).toMatchObject({
      from: 'api',
      to: 'pricing:4000',
      method: 'GET',
      path: '/price?x=1',
      status: 200,
    });
    const without = await inTools('http-capture', '--seconds', '1');
    expect(without.status).toBe(2);
    expect(without.stderr).toContain('--target');
  });

  it('connections shows who listens, also for services without tools', async () => {
    await inTools('curl', '-s', 'http://api:3000/price');
    interface Report {
      connections: { from: string; to: string; port: number }[];
      listening: { service: string; port: number }[];
    }
    const report = await json<Report>('connections');
    expect(report.connections).toContainEqual(
      expect.objectContaining({ from: 'tools', to: 'api', port: 3000 }),
    );
    const ports = report.listening.map(({ service, port }) => `${service}:${port}`);
    expect(ports).toEqual(expect.arrayContaining(['db:5432', 'pricing:4000', 'proxy:443']));
  });

  it('check-network judges names, ports and certificates', async () => {
    const good = await json<{ ok: boolean }>('check-network', 'proxy:443', 'db:5432');
    expect(good.ok).toBe(true);
    const bad = await inTools('check-network', 'nobody:1', 'api:3999');
    expect(bad.status).toBe(1);
    expect(bad.stdout).toContain('does not resolve');
    expect(bad.stdout).toContain('refused');
  });

  it('usage shows processor, memory and disk', async () => {
    interface Row {
      service: string;
      memoryBytes: number;
      imageBytes: number;
      volumes: { bytes: number }[];
    }
    const { services } = await json<{ services: Row[] }>('usage');
    const db = services.find(({ service }) => service === 'db');
    expect(db?.memoryBytes).toBeGreaterThan(1_000_000);
    expect(db?.imageBytes).toBeGreaterThan(10_000_000);
    expect(db?.volumes[0]?.bytes).toBeGreaterThan(1_000_000);
  });

  it('load-test has percentiles, and a limit for scripts', async () => {
    const serve =
      "node -e \"require('http').createServer((q, s) => s.end('ok')).listen(18080)\" & sleep 2;";
    const test = 'load-test http://127.0.0.1:18080/ --requests 50 --concurrency 5';
    const done = await inTools('bash', '-c', `${serve} ${test} --json; kill %1`);
    const report = JSON.parse(done.stdout) as {
      answered: number;
      statuses: object;
      ms: { p50: number; p99: number };
    };
    expect(report).toMatchObject({ answered: 50, failed: 0, statuses: { 200: 50 } });
    expect(report.ms.p99).toBeGreaterThanOrEqual(report.ms.p50);
    const slow = await inTools(
      'bash',
      '-c',
      `${serve} ${test} --max-p95 0.0001; r=$?; kill %1; exit $r`,
    );
    expect(slow.status).toBe(1);
  });
});
