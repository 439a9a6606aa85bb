import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';

const MAIN = `${REPOSITORY}/dist/main.js`;
const rig = rigForSuite({
  files: {
    'dev.yaml': `name: x
modules:
  api: { image: node, run: node x.js }
  app: { image: node }
services: { db: postgres }
windows:
  - { name: one, panes: [{ logs: api }] }
  - { name: 'x$(touch owned)', panes: [{ logs: api }] }
probes: { order: { request: http://api:1 } }
commands: { seed: { run: 'true', in: api } }
`,
    'api/x.js': '',
    'app/x.js': '',
    // As the launcher is called.
    'bin/dev': `#!/bin/sh\nexec node '${MAIN}' "$@"\n`,
  },
});

const words = async (...before: readonly string[]): Promise<readonly string[]> => {
  const { stdout, stderr, status } = await rig().dev(['__complete', '--', ...before]);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter(Boolean);
};

describe('completion', () => {
  it('knows commands, options and their choices', async () => {
    expect(await words('')).toEqual(expect.arrayContaining(['up', 'trust', 'completion']));
    expect(await words('')).not.toContain('__complete');
    expect(await words('comp')).toEqual(['completion']);
    expect(await words('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await words('up', '--re')).toEqual(['--recreate', '--reset-data']);
    expect(await words('--context', '')).toEqual(['dev', 'ci', 'prod']);
    expect(await words('--context', 'prod', 'imag')).toEqual(['images']);
  });

  it.each([
    [['up', 'd'], ['db']],
    [
      ['check', 'a'],
      ['api', 'app'],
    ],
    [
      ['up', '--recreate=api,a'],
      ['--recreate=api,api', '--recreate=api,app'],
    ],
    [['tools', '--target', 'd'], ['db']],
    [
      ['dash', ''],
      ['overview', 'one'],
    ],
    [['probe', ''], ['order']],
    [['run', ''], ['seed']],
    [['check', '--only', 't'], ['test']],
    [['check', '--only=lint,t'], ['--only=lint,test']],
    [['certs', 'trust', '--only', 's'], ['system']],
    [['probe', 'order', '--stage', 'd'], ['db']],
    [['init', 'move', 'd'], ['db']],
    [['settings', 'modules.api.w'], ['modules.api.watch']],
    [['shell', 'api', '--', ''], []],
  ])('knows the names of the project: %j', async (before, expected) => {
    expect(await words(...before)).toEqual(expected);
  });

  it('is silent where there is no project, or a broken one', async () => {
    expect(await words('--project', '/nowhere', 'up', '')).toEqual([]);
  });

  const shells = {
    bash: `eval "$(dev completion bash)"
complete_line() {
  COMP_LINE=$1 COMP_POINT=\${#1}; _dev_complete; printf '%s\\n' "\${COMPREPLY[@]}"
}
complete_line 'dev up --recreate=api,a'; complete_line 'dev dash '`,
    fish: `dev completion fish | source
complete -C 'dev check a'; complete -C 'dev dash '`,
  };
  it.each(Object.entries(shells).filter(([shell]) => existsSync(`/usr/bin/${shell}`)))(
    'works in %s, and runs nothing that a repository wrote',
    async (shell, script) => {
      rig().write('try', script);
      await rig().run(['chmod', '+x', 'bin/dev']);
      const env = { PATH: `${rig().path('bin')}:${process.env['PATH'] ?? ''}` };
      const { stdout, stderr } = await rig().run([shell, 'try'], { env });
      expect(stderr).toBe('');
      const expected =
        shell === 'bash'
          ? ['api,api', 'api,app', 'overview', 'one']
          : ['api', 'app', 'overview', 'one'];
      expect(stdout.split('\n').filter(Boolean).sort()).toEqual([...expected].sort());
      expect(existsSync(rig().path('owned'))).toBe(false);
    },
  );
});
