import { beforeAll, describe, expect, it } from 'vitest';
import { rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const rig = rigForSuite({
  files: {
    'dev.yaml': `name: x
compose: deploy/stack.yaml
modules:
  api:
    image: node
    run: node server.js
    restart: after-test
    test:
      run: '[ "$MODE" = "a b" ] && getent hosts store && [ -e ready ] && node -e "require(\\"tiny\\")" && ! grep -q broken server.js'
      needs: store
      environment: { MODE: a b }
    lint: '[ -z "$MODE" ]'
services:
`,
    'compose.yaml': 'services: { other: { image: onestack/os, command: [sleep, infinity] } }\n',
    'deploy/stack.yaml': `services:
  store:
    image: onestack/os
    init: true
    command: [sh, -c, 'sleep 1; touch /api/ready; exec sleep infinity']
    user: '0:0'
    volumes: ['../api:/api']
    healthcheck: { test: [CMD, test, -e, /api/ready], interval: 1s, start_interval: 200ms, start_period: 30s }
`,
    // No lockfile, and nothing that has to be fetched.
    'api/package.json': '{"dependencies": {"tiny": "file:./tiny"}}',
    'api/tiny/package.json': '{"name": "tiny", "version": "1.0.0"}',
    'api/tiny/index.js': '',
    'api/server.js': 'setInterval(() => {}, 1000);\n',
  },
});
const dev = (...args: readonly string[]) => rig().dev(args);

describe('a check that needs a service', () => {
  beforeAll(async () => {
    const up = await dev('up', 'api', '--detach', '--no-watch', '--yes');
    expect([up.status, up.stderr]).toEqual([0, expect.stringContaining('deploy/stack.yaml')]);
    expect(up.stderr).toContain('api: no lockfile beside api/package.json');
  });

  it('has it started and healthy, and gets its own variables', async () => {
    const checked = await dev('check', '--only', 'test,lint');
    expect([checked.status, checked.stdout]).toEqual([0, '✓ 2 passed\n']);
    expect(checked.stderr).toContain('· starting store: test of api needs it');
    const again = await dev('check');
    expect([again.status, again.stderr]).toEqual([0, expect.not.stringContaining('starting')]);
  });

  it('restarts nothing when it failed, where the module waits for its tests', async () => {
    expect((await dev('up', '--detach')).status).toBe(0);
    const save = (what: string): void =>
      rig().write('api/server.js', `console.log('${what}'); setInterval(() => {}, 1000);\n`);
    save('broken code');
    await waitFor('the test has failed', async () =>
      /"outcome": "failed"/.test((await dev('status', '--json')).stdout),
    );
    save('good code');
    const { stdout } = await waitFor('it runs anew', async () => {
      const logs = await dev('logs', 'api');
      return logs.stdout.includes('good code') && logs;
    });
    expect(stdout).not.toContain('broken code');
  });

  it('is made of the Compose file that dev.yaml names, and of no other', async () => {
    const { services } = JSON.parse((await dev('config', '--json')).stdout) as {
      services: Readonly<Record<string, unknown>>;
    };
    expect(Object.keys(services).sort()).toEqual(['api', 'store']);
    rig().write(
      'dev.yaml',
      rig().read('dev.yaml').replace('deploy/stack.yaml', 'deploy/gone.yaml'),
    );
    const gone = await dev('config');
    expect([gone.status, gone.stderr]).toEqual([
      2,
      expect.stringContaining('there is no file deploy/gone.yaml'),
    ]);
  });
});
