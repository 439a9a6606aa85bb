import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { dockerEngine } from '../../src/adapters/engine/engine.ts';
import { hostEngineChoice } from '../../src/adapters/engine/host-choice.ts';
import { NO_PRIVATE_ENGINE, privateEngine } from '../support/private-engine.ts';
import { rigForSuite, rigForTest } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';
import { testAuthority } from '../support/test-authority.ts';

// Told by its title where it cannot run.
const title = NO_PRIVATE_ENGINE ?? 'beside the machine’s own';

describe.skipIf(NO_PRIVATE_ENGINE !== undefined)(`the engine of a context, ${title}`, () => {
  const authority = testAuthority();
  const engine = privateEngine(authority);
  afterAll(() => engine.remove());
  const config = mkdtempSync(join(tmpdir(), 'onestack-docker-'));
  afterAll(() => rmSync(config, { recursive: true, force: true }));
  const suite = rigForSuite({
    env: { DOCKER_CONFIG: config, DOCKER_HOST: '' },
    files: {
      'dev.yaml': 'name: chosen\n',
      'compose/base.yaml':
        'services: { one: { image: onestack/os, command: sleep infinity, init: true } }\n',
    },
  });
  const names = async (
    env: Readonly<Record<string, string>>,
    format = '{{.Names}}',
  ): Promise<string> =>
    (await runProgram(['docker', 'ps', '--all', '--format', format], { env })).stdout;

  beforeAll(async () => {
    await engine.start();
    await engine.takeImages(suite(), ['os']);
    const host = `host=${engine.environment.DOCKER_HOST}`;
    const env = { DOCKER_CONFIG: config, DOCKER_HOST: '' };
    for (const argv of [
      ['docker', 'context', 'create', 'second', '--docker', host],
      ['docker', 'context', 'use', 'second'],
    ]) {
      expect((await runProgram(argv, { env })).status).toBe(0);
    }
  });

  it('is the one of the API, of Compose, of docker and of the session, and is told', async () => {
    const up = await suite().dev(['up', '--yes', '--detach']);
    expect(up.status, suite().transcript()).toBe(0);
    const name = `${suite().name}-one-1`;
    expect(await names(engine.environment)).toContain(name);
    expect(await names({ DOCKER_HOST: 'unix:///var/run/docker.sock' })).not.toContain(name);

    const status = await suite().dev(['status']);
    const why = `Docker context second, by currentContext in ${config}/config.json`;
    expect(status.stdout).toContain(`engine: ${engine.environment.DOCKER_HOST} (${why})`);
    expect(status.status).toBe(0);
    expect(status.stdout).not.toContain('another engine');
    const env = { DOCKER_HOST: 'unix:///var/run/docker.sock' };
    const elsewhere = await suite().dev(['status'], { env });
    expect(elsewhere.stdout).toContain(
      `the session is on another engine: ${engine.environment.DOCKER_HOST}`,
    );
    const doctor = await suite().dev(['doctor']);
    expect(doctor.stdout).toContain(`at ${engine.environment.DOCKER_HOST}, by`);
    const inside = await suite().dev(['shell', 'one', '--', 'hostname']);
    expect(inside.status).toBe(0);
    const again = await suite().dev(['up', '--detach', '--dry-run']);
    expect(again.stdout + again.stderr).not.toContain('no container yet');
  });

  it('is reached through the streams of a program, as one by SSH is', async () => {
    vi.stubEnv('DOCKER_HOST', engine.environment.DOCKER_HOST);
    onTestFinished(() => void vi.unstubAllEnvs());
    const far = hostEngineChoice({ DOCKER_HOST: 'ssh://me@far' }, '/');
    const client = dockerEngine(far);
    expect(await client.version()).toMatchObject({ ok: true });
    const containers = await client.containers(suite().name);
    const id = containers.ok ? (containers.value[0]?.id ?? '') : '';
    const argv = ['sh', '-c', 'read word; echo "got $word"; exit 7'];
    const started = await client.exec(id, { argv, stdin: true });
    if (!started.ok) throw new Error(started.failure.what);
    started.value.stream.write('it\n');
    expect(await text(started.value.stdout)).toBe('got it\n');
    expect(await started.value.exited).toBe(7);
    const over = new AbortController();
    const events = client.events(suite().name, over.signal);
    const next = events[Symbol.asyncIterator]().next();
    await client.restartContainer(id, { graceSeconds: 0 });
    expect((await next).done).toBe(false);
    over.abort();
  });

  it('that is on another machine is refused for development, and not for production', async () => {
    const env = { DOCKER_HOST: 'ssh://nobody@127.0.0.1:1' };
    const refused = await suite().dev(['up', '--detach'], { env });
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain('the engine is on another machine: ssh://nobody@127.0.0.1:1');
    expect(refused.stderr).toContain('unset DOCKER_HOST');
    // Production runs what is committed.
    await suite().run(['git', 'init', '--quiet']);
    await suite().run(['git', 'add', '.']);
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
    await suite().run(['git', ...author, 'commit', '--quiet', '--message=first']);
    const prod = await suite().dev(['up', '--detach', '--dry-run', '--context', 'prod'], { env });
    expect(prod.status).toBe(3);
    // What SSH itself says: nobody listens there.
    expect(prod.stderr).toContain('no Docker engine answers at ssh://nobody@127.0.0.1:1');
    expect(prod.stderr).not.toContain('another machine');
  });

  it('with certificates is spoken to by TLS, and by nobody who lacks them', async () => {
    const { address, close } = await engine.listenWithTls();
    onTestFinished(close);
    const { ca, certificate, key } = authority;
    const files = { ca, cert: certificate, key };
    for (const [name, pem] of Object.entries(files)) {
      writeFileSync(join(config, `${name}.pem`), pem);
    }
    const pem = (name: string): string => `${name}=${join(config, `${name}.pem`)}`;
    const contexts = (...args: readonly string[]) =>
      runProgram(['docker', 'context', ...args], {
        env: { DOCKER_CONFIG: config, DOCKER_HOST: '' },
      });
    const create = (name: string, ...more: readonly string[]) =>
      contexts('create', name, '--docker', [`host=tcp://${address}`, ...more].join(','));
    expect((await create('safe', pem('ca'), pem('cert'), pem('key'))).status).toBe(0);
    const env = { DOCKER_CONTEXT: 'safe' };
    const status = await suite().dev(['status'], { env });
    expect(status.stdout).toContain(`engine: tcp://${address} (Docker context safe, by`);
    expect(status.stdout).toMatch(/✓ +one +up/);
    // The session came by its socket: it is the same one.
    expect(status.stdout).toContain('session: process');
    expect(status.stdout).not.toContain('another engine');
    // The API, with streams of its own; then Compose, by `docker`.
    const inside = await suite().dev(['shell', 'one', '--', 'echo', 'by TLS'], { env });
    expect(inside.stdout, inside.stderr).toBe('by TLS\n');
    const id = (): Promise<string> => names(engine.environment, '{{.ID}}');
    const before = await id();
    const up = await suite().dev(['up', '--yes', '--detach', '--recreate=one'], { env });
    expect(up.status, suite().transcript()).toBe(0);
    expect(await id()).toMatch(/^[0-9a-f]+\n$/);
    expect(await id()).not.toBe(before);

    const refused = 'cannot make a safe connection (TLS)';
    const strange = testAuthority();
    writeFileSync(join(config, 'ca.pem'), strange.ca);
    await create('strange', pem('ca'), pem('cert'), pem('key'));
    await create('plain');
    for (const context of ['strange', 'plain']) {
      const told = await suite().dev(['status'], { env: { DOCKER_CONTEXT: context } });
      expect(told.stderr, JSON.stringify(told)).toContain(refused);
      expect(told.status).toBe(3);
    }
    const own = createHash('sha256').update('strange').digest('hex');
    writeFileSync(join(config, `contexts/meta/${own}/meta.json`), '{ "Name":');
    const broken = await suite().dev(['status'], { env: { DOCKER_CONTEXT: 'strange' } });
    expect(broken.status).toBe(3);
    expect(broken.stderr).toMatch(
      /context strange is broken\n[^]*is not JSON\n[^]*context rm strange/,
    );
    expect(
      (await contexts('rm', 'strange', 'safe', 'plain')).status,
      'the cure that was told',
    ).toBe(0);
  });

  it('that there is not, or that is none, is told with what helps', async () => {
    const missing = await suite().dev(['up', '--detach'], { env: { DOCKER_CONTEXT: 'thrid' } });
    expect(missing.status).toBe(3);
    expect(missing.stderr).toMatch(
      /there is no Docker context thrid\n[^]*default, second\n[^]*unset/,
    );
    const doctor = await suite().dev(['doctor'], { env: { DOCKER_CONTEXT: 'thrid' } });
    expect(doctor.stdout).toContain('there is no Docker context thrid');
    writeFileSync(join(config, 'config.json'), '{');
    const broken = await suite().dev(['status']);
    expect(broken.status).toBe(3);
    expect(broken.stderr).toContain(`${config}/config.json is not JSON`);
    writeFileSync(join(config, 'config.json'), '{"currentContext": "second"}');
  });
});

it('another program by the name of docker is told, and nothing is installed', async () => {
  const rig = rigForTest({
    files: {
      'compose.yaml':
        'services: { one: { image: onestack/os, command: sleep infinity, init: true } }\n',
      'bin/docker': '#!/bin/sh\nexit 0\n',
    },
  });
  chmodSync(rig.path('bin/docker'), 0o755);
  const env = { PATH: `${rig.path('bin')}:${process.env['PATH'] ?? ''}` };
  const up = await rig.dev(['up', '--yes', '--detach'], { env });
  const named = `${rig.path('bin/docker')} is not Docker’s client`;
  expect([up.status, up.stderr]).toEqual([3, expect.stringContaining(named)]);
  const doctor = await rig.dev(['doctor'], { env });
  expect(doctor.stdout).toContain(`${rig.path('bin/docker')} is not Docker’s client`);
  expect(doctor.stdout).not.toContain('apt-get');
});
