import { join, resolve } from 'node:path';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ProbeReport } from '../../src/app/probe.ts';
import { parsePair } from '../../src/generate/certificate-check.ts';
import { makeServer } from '../../src/generate/make-certificates.ts';
import { freePort } from '../support/free-port.ts';
import { rigForSuite } from '../support/rig.ts';
import { SMALL_STACK } from '../support/small-stack.ts';
import { waitFor } from '../support/wait-for.ts';

const rig = rigForSuite({ files: SMALL_STACK });

/** Runs one probe and reads its report. */
async function probe(name: string, ...options: string[]): Promise<ProbeReport> {
  const done = await rig().dev(['--json', 'probe', name, ...options]);
  const { probes } = JSON.parse(done.stdout) as { probes: ProbeReport[] };
  const [report] = probes;
  if (report === undefined) throw new Error(done.stderr);
  expect(done.status).toBe(report.ok ? 0 : 1);
  return report;
}

/** Cause and message of the stage that is blamed. */
function blamed({ steps, failedStage }: ProbeReport) {
  const step = steps.find(({ stage }) => stage === failedStage);
  return { stage: failedStage, ...step?.verdict.failure, status: step?.verdict.status };
}

/** The last lines of the log of whom is blamed. */
const logged = ({ evidence }: ProbeReport): string => evidence?.lastLines.join('\n') ?? '';

function container(service: string): string {
  return `${rig().name}-${service}-1`;
}

async function docker(...args: string[]): Promise<void> {
  const done = await rig().run(['docker', ...args]);
  expect(done.status, done.stderr).toBe(0);
}

/** Puts a file's text in place for the time of `work`; the file itself stays, as mounts need it. */
async function withText(path: string, change: (text: string) => string, work: () => Promise<void>) {
  const file = resolve(rig().directory, path);
  const before = readFileSync(file, 'utf8');
  const { atimeMs, mtimeMs } = statSync(file);
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
  try {
    await work();
  } finally {
    writeFileSync(file, before);
    // A secret that is written is a new one: the session would recreate who has it.
    utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
  }
}

const reloadNginx = () => docker('exec', container('proxy'), 'nginx', '-s', 'reload');
const isWell = async (name: string) => (await probe(name)).ok;

beforeAll(async () => {
  const compose = rig().read('compose/base.yaml');
  rig().write('compose/base.yaml', compose.replace('18443', String(await freePort())));
  // Without a session, which would take each wrong file up as an edit, and make it right.
  const up = await rig().dev(['up', '--yes', '--detach', '--no-watch']);
  expect(up.status, up.stderr).toBe(0);
  // `pricing` has no health check that would be waited for.
  await waitFor('all of it to answer', () => isWell('price'));
});

describe('dev probe', () => {
  it('goes through the stack and into each stage', async () => {
    const report = await probe('price');
    expect(report.steps.map(({ stage, verdict }) => [stage, verdict.status])).toEqual([
      ['through', 200],
      ['proxy', 200],
      ['api', 200],
      ['pricing', 200],
    ]);
    expect(report.failedStage).toBeUndefined();
    expect((await probe('data')).ok).toBe(true);
  });

  it('prints stage, address, status and time for people', async () => {
    const { stdout, status } = await rig().dev(['probe', 'price']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^price: proxy → api → pricing$/m);
    expect(stdout).toMatch(/✓ pricing +200 +[\d.]+ ms +GET http:\/\/pricing:4000\/price$/m);
  });

  it('sends to one stage alone', async () => {
    const report = await probe('data', '--stage', 'db');
    expect(report.steps.map(({ stage, address }) => [stage, address])).toEqual([
      ['db', 'postgres db:5432'],
    ]);
  });

  it('derives probes from nginx, health checks and what services depend on', async () => {
    const report = await probe('api', '--derived');
    expect(report.ok).toBe(true);
    const stages = report.steps.map(({ stage }) => stage);
    expect(stages.slice(0, 3)).toEqual(['through', 'proxy', 'api']);
    expect(stages.slice(3).sort()).toEqual(['cache', 'db', 'pricing']);
    expect(report.steps[2]?.address).toBe('GET http://api:3000/live');
  });

  it('says which probes and stages there are', async () => {
    const wrong = await rig().dev(['probe', 'pric']);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('price');
    const stage = await rig().dev(['probe', 'price', '--stage', 'apy']);
    expect(stage.status).toBe(2);
    expect(stage.stderr).toContain('Did you mean "api"?');
    const unlike = await rig().dev(['probe', 'price', '--stage', 'warehouse']);
    expect(unlike.stderr).toMatch(/Stages: .*\bpricing\b/);
  });
});

describe('dev probe names the stage and the cause when', () => {
  it('a service is stopped', async () => {
    await docker('stop', '--time', '1', container('pricing'));
    try {
      const report = await probe('price');
      // The engine's DNS forgets the names of what does not run.
      expect(blamed(report)).toMatchObject({ stage: 'pricing', cause: 'dns' });
      expect(report.evidence?.notRunning).toMatch(/^Exited/);
      const followers = report.steps.filter(({ because }) => because === 'pricing');
      expect(followers.map(({ stage }) => stage)).toEqual(['through', 'proxy', 'api']);
    } finally {
      await docker('start', container('pricing'));
      await waitFor('pricing to answer', () => isWell('price'));
    }
  });

  it('the port in the nginx configuration is wrong', async () => {
    await withText(
      'proxy/site.conf',
      (text) => text.replace('api:3000', 'api:3001'),
      async () => {
        await reloadNginx();
        const report = await waitFor('the new configuration, and what its log says', async () => {
          const seen = await probe('price');
          return !seen.ok && logged(seen).includes('Connection refused') && seen;
        });
        expect(blamed(report)).toMatchObject({ stage: 'proxy', cause: 'status', status: 502 });
      },
    );
    await reloadNginx();
    await waitFor('the old configuration', () => isWell('price'));
  });

  it('the password of the database is wrong', async () => {
    await withText(
      join(rig().places().secrets, 'db-password'),
      () => 'wrong',
      async () => {
        expect(blamed(await probe('data'))).toMatchObject({ stage: 'db', cause: 'credentials' });
        await waitFor('its log, which is a moment behind', async () =>
          logged(await probe('data')).includes('password authentication failed'),
        );
      },
    );
  });

  it('the password of Redis is wrong', async () => {
    await withText(
      join(rig().places().secrets, 'cache-password'),
      () => 'wrong',
      async () => {
        expect(blamed(await probe('data'))).toMatchObject({ stage: 'cache', cause: 'credentials' });
      },
    );
  });

  it('the certificate has expired', async () => {
    const { ca: pair, server } = rig().places();
    const read = (path: string) => readFileSync(path, 'utf8');
    const ca = parsePair({ certificate: read(pair.certificate), key: read(pair.key) });
    if (typeof ca === 'string') throw new Error(ca);
    const names = { dns: ['proxy', 'localhost'], ip: ['127.0.0.1'] };
    const longAgoMs = Date.parse('2020-01-01');
    const expired = await makeServer(ca, names, longAgoMs);
    await withText(
      server.key,
      () => expired.key,
      () =>
        withText(
          server.certificate,
          () => expired.certificate,
          async () => {
            await docker('restart', container('proxy'));
            const report = await waitFor('nginx to answer', async () => {
              const seen = await probe('price');
              return blamed(seen).cause === 'tls' && seen;
            });
            expect(blamed(report)).toMatchObject({ stage: 'proxy', cause: 'tls' });
            expect(blamed(report).message).toContain('expired');
          },
        ),
    );
    await docker('restart', container('proxy'));
    await waitFor('the good certificate', () => isWell('price'));
  });

  it('a service behind is slow', async () => {
    await docker('pause', container('pricing'));
    try {
      expect(blamed(await probe('price'))).toMatchObject({ stage: 'pricing', cause: 'timeout' });
    } finally {
      await docker('unpause', container('pricing'));
    }
  });

  it('a name is wrong', async () => {
    await withText(
      'dev.yaml',
      (text) => text.replace('http://pricing:4000', 'http://pricng:4000'),
      async () => {
        const report = await probe('price');
        expect(blamed(report)).toMatchObject({ stage: 'pricing', cause: 'dns' });
        expect(report.evidence?.notRunning).toBeUndefined();
      },
    );
  });

  it('nothing listens on the port', async () => {
    await withText(
      'dev.yaml',
      (text) => text.replace('http://pricing:4000', 'http://pricing:4001'),
      async () => {
        const report = await probe('price');
        expect(blamed(report)).toMatchObject({ stage: 'pricing', cause: 'refused' });
      },
    );
  });

  it('the body is not the expected one', async () => {
    await withText(
      'dev.yaml',
      (text) => text.replace('contains: \'"price":42\' }, timeout: 3s', "contains: 'price: 43' }"),
      async () => {
        expect(blamed(await probe('price'))).toMatchObject({ stage: 'pricing', cause: 'body' });
      },
    );
  });
});
