import { expect, it } from 'vitest';
import { rigForTest, type Rig } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const UP = ['up', '--yes', '--detach', '--no-watch'];
const PLAIN = 'image: onestack/os, init: true';

const withStack = (services: string, more: Readonly<Record<string, string>> = {}): Rig =>
  rigForTest({
    files: { 'dev.yaml': 'name: ready\n', 'compose/base.yaml': services, ...more },
  });

it('takes a service for done that ended with 0, though nobody waits for it', async () => {
  const rig = withStack(`
services:
  seed: { image: onestack/os, command: 'true' }
  later: { image: onestack/os, command: sh -c 'sleep 2' }
  web: { ${PLAIN}, command: sleep infinity, deploy: { replicas: 2 } }
  off: { ${PLAIN}, command: sleep infinity, scale: 0 }
`);
  for (let round = 0; round < 2; round += 1) {
    const up = await rig.dev(UP);
    expect(up.status, rig.transcript()).toBe(0);
    if (round > 0) expect(up.stdout).toContain('nothing to do');
  }
  await waitFor('later has ended', async () => {
    const state = await rig.run(['docker', 'inspect', `${rig.name}-later-1`]);
    return state.stdout.includes('"Status": "exited"');
  });
  expect((await rig.dev(['up', '--dry-run'])).stdout).toBe('nothing to do\n');
  const status = await rig.dev(['status']);
  expect(status.status).toBe(0);
  expect(status.stdout).toMatch(/✓ +seed +done, exited \(0\)/);
  expect(status.stdout).toMatch(/✓ +web +2 containers, up/);
  expect(status.stdout).toMatch(/○ +off +scaled to none/);
  // Whichever of several it is that does not run, or is gone.
  for (const web of ['web-1', 'web-2']) {
    await rig.run(['docker', 'stop', '--time=0', `${rig.name}-${web}`]);
    const stopped = await rig.dev(['status']);
    expect([stopped.status, stopped.stdout]).toEqual([1, expect.stringMatching(/✗ +web/)]);
    await rig.run(['docker', 'start', `${rig.name}-${web}`]);
  }
  await rig.run(['docker', 'rm', '--force', `${rig.name}-web-1`]);
  const missing = await rig.dev(['status']);
  expect(missing.stdout).toMatch(/web +1 of 2 containers/);
  expect(missing.status).toBe(1);
});

it('says the same of one that ended and is there to be asked, in up and in status', async () => {
  const rig = withStack(`
services:
  asked: { image: onestack/os, command: 'true', healthcheck: { test: 'true', interval: 1s } }
  needed: { image: onestack/os, command: 'true' }
  job: { image: onestack/os, command: 'true', healthcheck: { test: 'true', interval: 1s } }
  web:
    ${PLAIN.replace(', ', '\n    ')}
    command: sleep infinity
    depends_on: { needed: { condition: service_started }, job: { condition: service_completed_successfully } }
`);
  const up = await rig.dev(UP);
  expect(up.status, rig.transcript()).toBe(1);
  expect(up.stderr).toContain('asked does not run');
  expect(up.stderr).toContain('needed does not run');
  const status = await rig.dev(['status']);
  expect(status.status, status.stdout).toBe(1);
  expect(status.stdout).toMatch(/✗ +asked +exited \(0\)/);
  expect(status.stdout).toMatch(/✗ +needed +exited \(0\)/);
  expect(status.stdout).toMatch(/✓ +job +done, exited \(0\)/);
});

it('is told by deploy.restart_policy as by restart, and takes no crash loop for a service', async () => {
  const rig = withStack(`
services:
  slow:
    image: onestack/os
    user: root
    command: sh -c 'n=$$(cat /s/n 2>/dev/null || echo 0); echo $$((n+1)) > /s/n; [ $$n -ge 2 ] && { sleep 3; touch /tmp/ok; exec sleep infinity; }; exit 1'
    volumes: [state:/s]
    deploy: { restart_policy: { condition: on-failure } }
    init: true
    healthcheck: { test: [CMD, test, -e, /tmp/ok], interval: 1s, start_period: 30s }
  crash: { image: onestack/os, command: sh -c 'sleep 1; exit 3', restart: always }
volumes: { state: {} }
`);
  const up = await rig.dev(UP);
  expect(up.status, rig.transcript()).toBe(1);
  // How often by then, and whether it runs at that moment, is the machine's business.
  expect(up.stderr).toMatch(/crash[^]*it started [3-9] times/);
  expect(up.stderr).not.toMatch(/slow (?:does not|is not|did not)/);
  for (let look = 0; look < 4; look += 1) {
    const status = await rig.dev(['status']);
    expect(status.status, status.stdout).toBe(1);
    expect(status.stdout).toMatch(/✗ +crash/);
    expect(status.stdout).toMatch(/✓ +slow/);
  }
  // Whatever it is doing at the moment, and however long the engine itself would wait by now.
  const again = await rig.dev(UP);
  expect(again.status, rig.transcript()).toBe(1);
  // Its exit status is known unless it runs at the moment of the look.
  expect(again.stderr).toMatch(/crash[^]*it started \d+ times(?:, and exited with 3)?\n/);
  rig.write('compose/base.yaml', rig.read('compose/base.yaml').replace('exit 3', 'sleep infinity'));
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  expect((await rig.dev(['status'])).status).toBe(0);
});

it('waits for the health check of an image, and says what it says', async () => {
  const sick = `services: { sick: { image: onestack/sick, init: true, command: sleep infinity } }\n`;
  const check = (path: string): string =>
    `FROM onestack/os\nHEALTHCHECK --interval=1s --retries=2 CMD test -e ${path} || { echo no file; exit 1; }\n`;
  const rig = withStack(sick, { 'base-images/sick/Dockerfile': check('/tmp/never') });
  const up = await rig.dev(UP);
  expect(up.status, rig.transcript()).toBe(1);
  expect(up.stderr).toContain('sick is not healthy');
  expect(up.stderr).toContain('no file');
  expect((await rig.dev(['status'])).status).toBe(1);
  const told = await rig.dev([...UP, '--json']);
  expect(JSON.parse(told.stdout)).toMatchObject({
    failures: [{ reason: 'service', about: { service: 'sick' } }],
  });
  rig.write('base-images/sick/Dockerfile', check('/bin/sh'));
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  const status = await rig.dev(['status']);
  expect(status.status).toBe(0);
  expect(status.stdout).toContain('(healthy)');
});

it('needs no event of a service that became healthy while nobody listened', async () => {
  const rig = withStack(`
services:
  db:
    ${PLAIN.replaceAll(', ', '\n    ')}
    command: sleep infinity
    healthcheck: { test: [CMD, test, -e, /tmp/ok], interval: 1s, start_period: 60s }
  other: { ${PLAIN}, command: sleep infinity }
`);
  const first = rig.startDev(UP);
  const container = `${rig.name}-db-1`;
  await waitFor('db runs', async () => {
    const state = await rig.run(['docker', 'inspect', '--format', '{{.State.Status}}', container]);
    return state.stdout.trim() === 'running';
  });
  first.killGroup();
  await first.finished;
  const second = rig.startDev(UP);
  await rig.run(['docker', 'exec', container, 'touch', '/tmp/ok']);
  expect((await second.finished).status, rig.transcript()).toBe(0);
  expect((await rig.dev(UP)).stdout).toContain('nothing to do');
});

it('compares no time of its own with one of the engine', async () => {
  const rig = withStack(`services: { web: { ${PLAIN}, command: sleep infinity } }\n`, {
    'behind.cjs':
      'const now = Date.now.bind(Date); const by = Number(process.env.BEHIND_MS);\n' +
      'Date.now = () => now() - by;\n',
  });
  for (const behindMs of ['10000', '90000', '-90000']) {
    const env = {
      NODE_OPTIONS: `--require ${rig.path('behind.cjs')}`,
      BEHIND_MS: behindMs,
    };
    expect((await rig.dev(UP, { env })).status, rig.transcript()).toBe(0);
    expect((await rig.dev(['down'], { env })).status, rig.transcript()).toBe(0);
    expect((await rig.dev(UP, { env })).status, rig.transcript()).toBe(0);
    const anew = await rig.dev([...UP, '--recreate'], { env });
    expect(anew.status, rig.transcript()).toBe(0);
  }
});

it('is not up while the process of a module ends again and again', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml': `
name: ready
modules:
  web: { image: node, install: false, run: node server.js }
`,
      'web/server.js': "console.log('no database today'); process.exit(7);\n",
    },
  });
  const up = await rig.dev(UP);
  expect(up.status, rig.transcript()).toBe(1);
  expect(up.stderr).toContain('the process of web does not run');
  expect(up.stderr).toContain('it ended with exit status 7');
  expect(up.stderr).toContain('no database today');
});

it('is not up again where it fails as late as before, nor waited for where its image lacks the check', async () => {
  const rig = withStack(`
services:
  late:
    ${PLAIN.replaceAll(', ', '\n    ')}
    command: sh -c 'if [ -e /tmp/go ]; then sleep 2; else until [ -e /tmp/go ]; do sleep 0.1; done; fi; echo no luck today; exit 3'
`);
  const late = `${rig.name}-late-1`;
  const state = async (): Promise<string> =>
    (await rig.run(['docker', 'inspect', '--format', '{{.State.Status}}', late])).stdout;
  // After a look it runs: nobody is to wait for what may come.
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  // It has run for three seconds then at least; the next time for two.
  await rig.run(['docker', 'exec', late, 'sh', '-c', 'sleep 3; touch /tmp/go']);
  await waitFor('its end', async () => (await state()).startsWith('exited'));
  const status = await rig.dev(['status']);
  expect([status.status, status.stdout]).toEqual([
    1,
    expect.stringMatching(/✗ +late +exited \(3\)/),
  ]);
  const planned = await rig.dev(['up', '--dry-run']);
  expect(planned.stdout).toMatch(/start late: exited \(3\) .*, after it had run for \d+ s/);
  const again = await rig.dev(UP);
  expect([again.status, again.stderr], again.stdout).toEqual([
    1,
    expect.stringContaining('exited with 3'),
  ]);
  expect(again.stderr).toContain('no luck today');

  rig.write('dev.yaml', `name: ${rig.name}\nservices: { db: postgres }\n`);
  const base = "services:\n  db: { image: 'debian:trixie-slim', command: sleep infinity }\n";
  rig.write('compose/base.yaml', base);
  // A dry run tells what is told once, and does not count as having told it.
  const told = 'image debian:trixie-slim (compose/base.yaml:2) is used instead of';
  for (const dry of [1, 2]) {
    expect((await rig.dev(['up', '--dry-run'])).stderr, String(dry)).toContain(told);
  }
  const foreign = await rig.dev(UP);
  expect([foreign.status, foreign.stderr]).toEqual([1, expect.stringContaining(told)]);
  expect(foreign.stderr).toContain(
    'db is asked for its health by postgres-ready, which its image does not have',
  );
  expect(foreign.stderr).toContain('compose/base.yaml:2');
  expect((await rig.dev(['up', '--dry-run'])).stderr).not.toContain(told);
});

it('is never up with a program that gives up at once, however busy the machine is', async () => {
  const rig = withStack(`
services:
  web: { ${PLAIN}, command: sleep infinity }
  bad: { image: onestack/os, command: sh -c 'echo it is broken; exit 3', profiles: [bad] }
`);
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  for (let round = 0; round < 8; round += 1) {
    const up = await rig.dev([...UP, 'bad']);
    expect(up.status, up.stdout + up.stderr).toBe(1);
    expect(up.stderr).toContain('it is broken');
    expect((await rig.run(['docker', 'rm', '--force', `${rig.name}-bad-1`])).status).toBe(0);
  }
});
