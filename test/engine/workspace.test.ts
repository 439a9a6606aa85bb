import { describe, expect, it } from 'vitest';
import { rigForTest } from '../support/rig.ts';

const pkg = (name: string, more: object = {}): string =>
  JSON.stringify({ name, version: '1.0.0', ...more });

describe('an npm workspace', () => {
  it('is installed once at its root, and its modules import one another', async () => {
    const rig = rigForTest({
      files: {
        'dev.yaml': `
name: workspace
modules:
  lib: { image: node, path: packages/lib }
  api: { image: node, path: packages/api, run: node main.js }
`,
        'package.json': JSON.stringify({ name: 'w', private: true, workspaces: ['packages/*'] }),
        'packages/lib/package.json': pkg('@w/lib', { main: 'index.js' }),
        'packages/lib/index.js': "module.exports = 'one';\n",
        'packages/api/package.json': pkg('@w/api', { dependencies: { '@w/lib': '1.0.0' } }),
        'packages/api/main.js':
          "console.log('says ' + require('@w/lib'));\nsetInterval(() => undefined, 1000);\n",
        'package-lock.json': JSON.stringify({
          name: 'w',
          lockfileVersion: 3,
          requires: true,
          packages: {
            '': { name: 'w', workspaces: ['packages/*'] },
            'node_modules/@w/api': { resolved: 'packages/api', link: true },
            'node_modules/@w/lib': { resolved: 'packages/lib', link: true },
            'packages/api': {
              name: '@w/api',
              version: '1.0.0',
              dependencies: { '@w/lib': '1.0.0' },
            },
            'packages/lib': { name: '@w/lib', version: '1.0.0' },
          },
        }),
      },
    });
    const plan = await rig.dev(['up', '--dry-run']);
    expect(plan.stdout.match(/^install /gm), plan.stdout).toHaveLength(1);
    const up = await rig.dev(['up', '--yes', '--detach']);
    expect(up.status, up.stderr).toBe(0);
    const logs = async (): Promise<string> => (await rig.dev(['logs', 'api'])).stdout;
    await expect.poll(logs, { timeout: 20_000 }).toMatch(/says one/);
    // A save of the package that it imports, which dev.yaml says nothing of.
    rig.write('packages/lib/index.js', "module.exports = 'two';\n");
    await expect.poll(logs, { timeout: 60_000 }).toMatch(/says two/);
    expect((await rig.dev(['up', '--yes', '--detach'])).stdout).toContain('nothing to do');
  });
});
