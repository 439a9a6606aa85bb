import { describe, expect, it } from 'vitest';
import { rigForTest } from '../support/rig.ts';

describe('several modules in one folder', () => {
  it('are one compile and several processes, which restart together', async () => {
    const rig = rigForTest({
      files: {
        'dev.yaml': `
name: shared
modules:
  web: { image: node, path: app, install: false, compile: "echo compiled >> log && cp source built", run: "cat built && exec sleep infinity" }
  worker: { image: node, path: app, install: false, run: "sed s/^/worker-/ built && exec sleep infinity" }
`,
        'compose/base.yaml': 'services: {}\n',
        'app/source': 'one\n',
        '.gitignore': 'built\nlog\n',
      },
    });
    const up = await rig.dev(['up', '--yes', '--detach']);
    expect(up.status, up.stderr).toBe(0);
    expect(rig.read('app/log')).toBe('compiled\n');
    const logs = async (): Promise<string> =>
      (await rig.dev(['logs'])).stdout + (await rig.dev(['status'])).stdout;
    await expect.poll(logs, { timeout: 20_000 }).toMatch(/worker-one/);
    rig.write('app/source', 'two\n');
    await expect.poll(logs, { timeout: 60_000 }).toMatch(/worker-two/);
    expect(rig.read('app/log')).toBe('compiled\ncompiled\n');
  });
});
