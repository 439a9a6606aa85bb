import { describe, expect, it } from 'vitest';
import { rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const DEV_YAML = `name: graph
modules:
  app:
    image: node
    install: { run: echo there > deps/it, lockfiles: [lock], directories: [deps] }
    compile: sh wait.sh
    run: sleep 1d
`;
/** Compiles when it is let, with what was installed. */
const WAIT = 'cat deps/it && while [ ! -e go ]; do sleep 0.1; done\n';

const PROBE = `{ test: [CMD, test, -e, /tmp/ready], interval: 200ms, retries: 3 }`;
const COMPOSE = `
x-idle: &idle
  image: onestack/os
  init: true
services:
  app:
    depends_on:
      store: { condition: service_healthy }
  store:
    <<: *idle
    command: [sh, -c, 'touch /tmp/ready; sleep 1d']
    healthcheck: ${PROBE}
  beside:
    <<: *idle
    command: [sleep, 1d]
    network_mode: 'service:store'
  seed:
    <<: *idle
    command: ['true']
  seeded:
    <<: *idle
    command: [sleep, 1d]
    depends_on:
      seed: { condition: service_completed_successfully }
  told:
    <<: *idle
    command: [sleep, 1d]
    configs: [{ source: greeting, target: /etc/greeting }]
    secrets: [word]
configs:
  greeting: { content: hello from the definition }
secrets:
  word: { environment: GRAPH_WORD }
`;

const suite = rigForSuite({
  files: {
    'dev.yaml': DEV_YAML,
    'compose/base.yaml': COMPOSE,
    'app/wait.sh': WAIT,
    // Installed anew in every run of the test.
    'app/lock': String(Date.now()),
    '.env': 'GRAPH_WORD=from a file\n',
  },
});
const UP = ['up', '--yes', '--detach', '--no-watch'];

/** `service state health`, of all that there is, sorted. */
async function states(): Promise<readonly string[]> {
  const { stdout } = await suite().dev(['status', '--json']);
  // The shape that `dev status --json` promises; the assertions below would notice another one.
  const { services } = JSON.parse(stdout) as {
    readonly services: readonly { service: string; state: string; health: string }[];
  };
  return services.map(({ service, state, health }) => `${service} ${state} ${health}`).sort();
}

async function compose(...args: readonly string[]): Promise<string> {
  const { stdout } = await suite().run([
    ...['docker', 'compose', '-f', suite().path('.dev/compose.yaml'), ...args],
  ]);
  return stdout;
}

describe('dev up', () => {
  it('starts what does not need it while a module compiles', async () => {
    const plan = await suite().dev(['up', '--dry-run']);
    expect(plan.stdout).toContain('install app: first install\n');
    expect(plan.stdout).toContain('compile app: not compiled yet\n');
    expect(plan.stdout).toContain('create store: no container yet\n');
    const up = suite().startDev(UP);
    await waitFor('the rest of it', async () => {
      const now = await states();
      return ['store running healthy', 'seeded running none', 'told running none'].every((one) =>
        now.includes(one),
      );
    });
    expect(up.status()).toBeUndefined();
    const now = await states();
    expect(now.find((one) => one.startsWith('app '))).not.toBe('app running none');
    suite().write('app/go', '');
    const outcome = await up.finished;
    expect(outcome.status, outcome.stderr).toBe(0);
    expect(await states()).toContain('app running none');
  });

  it('gives containers what Compose puts into them, and joins them', async () => {
    const read = async (path: string) =>
      (await suite().run(['docker', 'exec', `${suite().name}-told-1`, 'cat', path])).stdout;
    expect(await read('/etc/greeting')).toBe('hello from the definition');
    expect(await read('/run/secrets/word')).toBe('from a file');
    const format = '{{.HostConfig.NetworkMode}}';
    const inspect = ['docker', 'inspect', '--format'];
    const store = await suite().run([...inspect, '{{.Id}}', `${suite().name}-store-1`]);
    const beside = await suite().run([...inspect, format, `${suite().name}-beside-1`]);
    expect(beside.stdout).toBe(`container:${store.stdout}`);
  });

  it('leaves an environment that is Compose’s own', async () => {
    const names = (await compose('ps', '--all', '--format', '{{.Name}}')).trim().split('\n');
    const services = ['app', 'beside', 'seed', 'seeded', 'store', 'told'];
    expect(names.sort()).toEqual(services.map((service) => `${suite().name}-${service}-1`));
    // Compose itself finds nothing to do.
    const ids = await compose('ps', '--all', '--quiet');
    await compose('up', '--detach');
    expect(await compose('ps', '--all', '--quiet')).toBe(ids);
    expect((await suite().dev(UP)).stdout).toContain('nothing to do');
  });

  it('keeps back only what hangs on a failure, and says on what', async () => {
    await compose('down');
    suite().write(
      'compose/dev.yaml',
      `services:
  store: { command: [sleep, 1d], healthcheck: { retries: 1, start_period: 0s } }
  odd: { image: 'onestack-test/nowhere:1' }
`,
    );
    const up = await suite().dev(UP);
    expect(up.status).toBe(1);
    expect(up.stderr).toContain('store is not healthy');
    expect(up.stderr).toContain('✗ app not started: store is not ready');
    expect(up.stderr).toContain('onestack-test/nowhere:1');
    const now = await states();
    expect(now).toContain('seeded running none');
    expect(now).toContain('beside running none');
    expect(now).not.toContain('app running none');
  });
});
