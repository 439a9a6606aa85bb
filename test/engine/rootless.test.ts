import { statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noRootlessEngine, rootlessEngine } from '../support/rootless-engine.ts';
import { rigForSuite } from '../support/rig.ts';

const ADA = 54_341;
// Told by its title where it cannot run.
const cannot = noRootlessEngine();

describe.skipIf(cannot !== undefined)(`rootless Docker${cannot ? `: ${cannot}` : ''}`, () => {
  const engine = rootlessEngine(ADA);
  afterAll(() => engine.remove());
  const suite = rigForSuite({
    // Of the machine's own engine, which makes the image.
    person: { uid: ADA, gid: ADA, groups: [statSync('/var/run/docker.sock').gid], name: 'ada' },
    env: { DOCKER_HOST: engine.address },
    files: {
      'dev.yaml': `name: x
modules:
  web:
    image: os
    run: date >written && echo "begun as $(id -u)" && exec sleep infinity
    install: { run: 'mkdir -p deps/one', lockfiles: lock, directories: deps }
`,
      'web/lock': 'one',
      'compose/base.yaml': 'services: { web: { ports: ["8080:80"] } }\n',
    },
  });

  beforeAll(async () => {
    await engine.start();
    await engine.takeImages(suite(), ['os']);
    const up = await suite().dev(['up', '--yes', '--detach']);
    expect(up.status, suite().transcript()).toBe(0);
  });

  it('is hers: modules are root in it, which is she, and so is all that they write', async () => {
    const inside = await suite().dev(['shell', 'web', '--', 'sh', '-c', 'id -u; touch by-shell']);
    expect(inside.stdout).toBe('0\n');
    expect((await suite().dev(['logs', 'web'])).stdout).toContain('begun as 0');
    for (const path of ['web/written', 'web/by-shell', 'web/deps/one']) {
      expect(statSync(suite().path(path)).uid, path).toBe(ADA);
    }
    const others = await suite().run(['find', '.', '!', '-user', String(ADA)]);
    expect(others).toMatchObject({ status: 0, stdout: '' });
  });

  it('is told as what it is, finds nothing to do, and is left with nothing', async () => {
    const doctor = await suite().dev(['doctor']);
    expect(doctor.stdout).toMatch(/Docker engine [\d.]+\S*, rootless, at unix:/);
    const again = await suite().dev(['up', '--yes', '--detach']);
    expect(again.stdout).toContain('nothing to do');
    const status = await suite().dev(['status']);
    expect(status.stdout).toContain(`engine: ${engine.address} (by DOCKER_HOST)`);
    expect(status.status).toBe(0);
    expect((await suite().dev(['down'])).status).toBe(0);
    const left = await suite().run(['docker', 'ps', '--all', '--quiet']);
    expect(left).toMatchObject({ status: 0, stdout: '' });
  });
});
