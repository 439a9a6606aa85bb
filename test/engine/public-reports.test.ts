import { rmSync, symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rigForTest } from '../support/rig.ts';

const UP = ['up', '--yes', '--detach', '--no-watch'];
const STAYS = 'image: onestack/os, init: true, command: sleep infinity';

/** A folder with a Compose file alone, and what `dev up` says in it. */
function folder(compose: string, files: Readonly<Record<string, string>> = {}) {
  const rig = rigForTest({ files: { 'compose.yaml': compose, ...files } });
  const up = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await rig.dev([...UP, ...args]);
    return { status, text: stdout + stderr };
  };
  /** Names of services that run, in order. */
  const running = async () => {
    const { stdout } = await rig.dev(['status', '--json']);
    const { instance } = JSON.parse(stdout) as { instance: string };
    const filter = `label=com.docker.compose.project=${instance}`;
    const format = '{{.Label "com.docker.compose.service"}} {{.ID}}';
    const listed = await rig.run(['docker', 'ps', '--filter', filter, '--format', format]);
    return listed.stdout.trim().split('\n').sort();
  };
  return { rig, up, running };
}

it('who may do without a service comes up where the profile of that is off', async () => {
  const { rig, up } = folder(`services:
  web: { ${STAYS}, depends_on: { cache: { condition: service_started, required: false } } }
  cache: { ${STAYS}, profiles: [fast] }
  needs: { ${STAYS}, profiles: [fast], depends_on: [cache] }
`);
  expect(await up()).toMatchObject({ status: 0 });
  expect((await up()).text).toContain('nothing to do, 1 service up');
  const fast = await up('--profile', 'fast');
  expect([fast.status, fast.text]).toEqual([0, expect.stringContaining('is up: 3 services')]);
  expect(fast.text).not.toContain('recreate');
  await rig.dev(['down']);
  // Only what was asked for is counted, with what it needs.
  expect((await up('needs')).text).toContain('is up: 2 services');
});

it('who may do without a service starts when that does not get well', async () => {
  const ill = "healthcheck: { test: ['CMD', 'false'], interval: 200ms, retries: 2 }";
  const { up, running } = folder(`services:
  ill: { ${STAYS}, ${ill} }
  web: { ${STAYS}, depends_on: { ill: { condition: service_healthy, required: false } } }
  needs: { ${STAYS}, depends_on: { ill: { condition: service_healthy } } }
`);
  const { status, text } = await up();
  expect(status).toBe(1);
  expect(text).toContain('not started: ill');
  const names = (await running()).map((line) => line.split(' ')[0]);
  expect(names).toEqual(['ill', 'web']);
});

it('one container_name for two services is refused, with both places', async () => {
  const name = `twins-${String(process.pid)}`;
  const { rig, up } = folder(`services:
  a: { ${STAYS}, container_name: ${name} }
  b: { ${STAYS}, container_name: ${name} }
`);
  const refused = await up();
  expect([refused.status, refused.text]).toEqual([
    2,
    expect.stringContaining(`b and a have the same container_name: ${name}`),
  ]);
  expect(refused.text).toContain('compose.yaml:3:');
  expect(refused.text).toContain('that of a is in compose.yaml:2');
  expect((await rig.dev([...UP, '--dry-run'])).status).toBe(2);
  const made = await rig.run(['docker', 'ps', '--all', '--quiet', '--filter', `name=${name}`]);
  expect(made.stdout).toBe('');
});

it('a secret from a variable that nobody sets is refused before anything is touched', async () => {
  const secret = (name: string) => `services:
  a: { ${STAYS}, secrets: [s] }
  b: { ${STAYS}, profiles: [off], secrets: [t] }
secrets:
  s: { environment: ${name} }
  t: { environment: NOBODY_ASKS }
`;
  const { rig, up, running } = folder(secret('SEC'), { '.env': 'SEC=one\nEMPTY=\n' });
  expect(await up()).toMatchObject({ status: 0 });
  const before = await running();
  expect(before).toHaveLength(1);
  expect(before[0]).toMatch(/^a /);
  rig.write('.env', 'OTHER=1\nEMPTY=\n');
  const refused = await up();
  expect(refused.status).toBe(2);
  expect(refused.text).toContain('a is given the variable SEC as a file, and nobody sets it');
  expect(refused.text).toContain('compose.yaml:5:21');
  expect(refused.text).toContain('fix: Set SEC in the environment or in .env');
  expect(await running()).toEqual(before);
  rig.write('compose.yaml', secret('EMPTY'));
  expect(await up()).toMatchObject({ status: 0 });
});

it('what waits for the health of a service without a check says what to do about it', async () => {
  const { up } = folder(`services:
  db: { ${STAYS}, healthcheck: { disable: true } }
  web: { ${STAYS}, depends_on: { db: { condition: service_healthy } } }
`);
  const { status, text } = await up();
  expect(status).toBe(1);
  expect(text).toContain('why: it has no health check, and others wait for one');
  expect(text).toMatch(/fix: give db a healthcheck: .* condition: service_started/);
  expect(text).not.toContain('last log lines');
});

it('hooks that this machine’s Compose does not run are told, once', async () => {
  const { rig, up } = folder(`services:
  a:
    image: onestack/os
    init: true
    command: sleep infinity
    post_start:
      - command: [touch, /tmp/started]
`);
  const first = await up();
  expect(first.status, first.text).toBe(0);
  const ran = await rig.dev(['shell', 'a', '--', 'test', '-e', '/tmp/started']);
  // It was run, or it is said that it was not.
  const line = 'post_start of a (compose.yaml:7) has no effect: Compose';
  expect(first.text.includes(line)).toBe(ran.status !== 0);
  expect((await up()).text).not.toContain(line);
});

it('a link to a folder that leads elsewhere is followed by the container that mounts it', async () => {
  const { rig, up } = folder(`services:\n  a: { ${STAYS}, volumes: ['./link:/data:ro'] }\n`, {
    'one/file': 'first\n',
    'two/file': 'second\n',
  });
  const mounted = async (): Promise<string> =>
    (await rig.dev(['shell', 'a', '--', 'cat', '/data/file'])).stdout;
  symlinkSync('one', rig.path('link'));
  expect(await up()).toMatchObject({ status: 0 });
  expect(await mounted()).toBe('first\n');
  expect((await up()).text).toContain('nothing to do');
  rmSync(rig.path('link'));
  symlinkSync('two', rig.path('link'));
  expect((await up()).text).toContain('recreate a: link changed');
  expect(await mounted()).toBe('second\n');
  expect((await up()).text).toContain('nothing to do');
});
