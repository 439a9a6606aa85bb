import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podmanEngine } from '../support/podman-engine.ts';
import { rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

/** Waits for its health check, which waits for a file in its volume. */
const COMPOSE = `services:
  one:
    image: onestack/os
    command: sh -c 'cat /conf/word; touch /data/begun; exec sleep infinity'
    user: root
    init: true
    volumes: ['./conf:/conf:ro', 'data:/data']
    healthcheck: { test: [CMD, test, -e, /data/begun], interval: 1s }
    ports: ['8080:80']
  two:
    image: onestack/os
    command: sleep infinity
    init: true
    depends_on: { one: { condition: service_healthy } }
volumes: { data: {} }
`;

const MODULE = `name: x
modules:
  web: { image: node, run: node web.js }
`;

describe('Podman behind Docker’s API', () => {
  const engine = podmanEngine();
  const suite = rigForSuite({
    env: { DOCKER_HOST: engine.address },
    files: { 'dev.yaml': 'name: x\n', 'compose/base.yaml': COMPOSE, 'conf/word': 'hello\n' },
  });
  afterAll(() => engine.remove());
  const services = async () =>
    JSON.parse((await suite().dev(['status', '--json'])).stdout) as {
      readonly services: readonly { readonly service: string; readonly health: string }[];
    };

  beforeAll(async () => {
    await engine.start([suite().directory]);
    await engine.takeImages(suite(), ['os']);
    const up = await suite().dev(['up', '--yes', '--detach']);
    expect(up.status, suite().transcript()).toBe(0);
  });

  it('runs services with images of their own, in the order of their health', async () => {
    const { services: told } = await services();
    expect(told.map(({ service, health }) => `${service} ${health}`)).toEqual([
      'one healthy',
      'two none',
    ]);
    const status = await suite().dev(['status']);
    expect(status.stdout).toMatch(/✓ +one +up .*\(healthy\)/);
    expect(status.stdout).toContain(`engine: ${engine.address} (by DOCKER_HOST)`);
    expect((await suite().dev(['logs', 'one'])).stdout).toContain('one │ hello');
    const inside = await suite().dev([
      'shell',
      'two',
      '--',
      'sh',
      '-c',
      'getent hosts one; id -un',
    ]);
    expect(inside).toMatchObject({ status: 0 });
    expect(inside.stdout).toMatch(/^10\.\S+ +one\S*\napp\n$/);
    // As Podman itself has it.
    expect(await engine.podman('ps', '--format', '{{.Names}}')).toContain(`${suite().name}-one-1`);
  });

  it('finds nothing to do, and makes anew what an edit changed', async () => {
    const again = await suite().dev(['up', '--yes', '--detach']);
    expect(again.stdout, suite().transcript()).toContain('nothing to do');
    suite().write('compose/base.yaml', COMPOSE.replace('8080:80', '8080:81'));
    const changed = await suite().dev(['up', '--yes', '--detach']);
    expect(changed.status, suite().transcript()).toBe(0);
    const urls = await suite().dev(['status', '--json']);
    expect(urls.stdout).toContain('"containerPort": 81');
  });

  it('whose service ends is told, and started again by hand', async () => {
    await engine.podman('stop', '--time', '0', `${suite().name}-two-1`);
    await waitFor('two is told as ended', async () => {
      const status = await suite().dev(['status']);
      return status.status === 1 && /✗ +two +exited/.test(status.stdout);
    });
    expect((await suite().dev(['up', '--yes', '--detach'])).status).toBe(0);
    expect((await suite().dev(['status'])).status).toBe(0);
  });

  it('is told what it cannot do, by name and before anything is touched', async () => {
    const before = await engine.podman('ps', '--all', '--quiet');
    const doctor = await suite().dev(['doctor']);
    expect(doctor.stdout).toMatch(/! Podman 5\.\S+ at unix:\S+, by DOCKER_HOST/);
    const tools = await suite().dev(['tools', '--', 'true']);
    expect(tools.status).toBe(3);
    expect(tools.stderr).toContain('Podman cannot build base images: tools');
    const images = await suite().dev(['images', 'build', 'postgres']);
    expect(images.stderr).toContain('Podman cannot build base images: postgres');
    suite().write('dev.yaml', MODULE.replace('name: x', `name: ${suite().name}`));
    suite().write('web/web.js', '');
    const module = await suite().dev(['up', '--yes', '--detach']);
    expect(module.status).toBe(3);
    expect(module.stderr).toContain('Podman cannot run modules: web');
    await suite().run(['git', 'init', '--quiet']);
    await suite().run(['git', 'add', '.']);
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@b.c'];
    await suite().run(['git', ...author, 'commit', '--quiet', '--message', 'one']);
    const ci = await suite().dev(['ci', '--yes']);
    expect(ci.status, ci.stderr).toBe(3);
    expect(ci.stderr).toContain('Podman cannot run the pipeline');
    expect(await engine.podman('ps', '--all', '--quiet')).toBe(before);
    suite().write('dev.yaml', `name: ${suite().name}\n`);
  });

  it('copies data and puts it back, and is left with nothing', async () => {
    const shell = (script: string) => suite().dev(['shell', 'one', '--', 'sh', '-c', script]);
    await shell('echo first >/data/word');
    expect((await suite().dev(['data', 'snapshot', '--name', 'kept'])).status).toBe(0);
    await shell('echo second >/data/word');
    const restored = await suite().dev(['data', 'restore', '--name', 'kept', '--yes']);
    expect(restored.status, suite().transcript()).toBe(0);
    expect((await shell('cat /data/word')).stdout).toBe('first\n');
    expect((await suite().dev(['down', '--volumes', '--yes'])).status).toBe(0);
    expect(await engine.podman('ps', '--all', '--quiet')).toBe('');
    expect(await engine.podman('volume', 'ls', '--quiet')).toBe('');
  });
});
