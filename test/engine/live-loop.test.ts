import { rmSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld } from '../../src/adapters/world.ts';
import { connectSession } from '../../src/app/session-client.ts';
import type { Intent } from '../../src/session/protocol.ts';
import { tailEvents } from '../support/event-tail.ts';
import type { EventTail } from '../support/event-tail.ts';
import { LIVE_PROJECT, lockfile } from '../support/live-project.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const suite = rigForSuite({ files: LIVE_PROJECT });
const GOOD = 'echo fine\n';

let tail: EventTail;
beforeAll(async () => {
  const up = await suite().dev(['up', '--yes', '--detach']);
  expect(up.status, suite().transcript()).toBe(0);
  tail = await tailEvents(suite());
});

/** Writes files and gives the save that they become. */
async function save(files: Readonly<Record<string, string>>): Promise<number> {
  tail.mark();
  const paths = Object.keys(files);
  for (const [path, text] of Object.entries(files)) suite().write(path, text);
  const change = await tail.next('change', (event) =>
    paths.some((path) => event.paths.includes(path)),
  );
  return change.save;
}

/** Writes definition files and waits until the environment follows. */
async function apply(files: Readonly<Record<string, string>>) {
  const number = await save(files);
  const plan = await tail.next('plan', (event) => event.save >= number && isOver(event.state));
  expect(plan.state, JSON.stringify(plan.failures)).toBe('applied');
  return plan;
}

const isOver = (state: string): boolean => state !== 'applying' && state !== 'waiting-for-answer';

async function inside(service: string, ...argv: readonly string[]): Promise<string> {
  const name = `${suite().name}-${service}-1`;
  return (await suite().run(['docker', 'exec', name, ...argv])).stdout.trim();
}

/** What the module's server says: its process, its greeting, its version. */
async function answer(service: string) {
  const script = "fetch('http://localhost:3000').then((r) => r.text()).then(console.log)";
  return waitFor(`an answer of ${service}`, async () => {
    const [pid, greeting, version] = (await inside(service, 'node', '-e', script)).split(' ');
    return pid !== undefined && version !== undefined && { pid, greeting, version };
  });
}

/** Service → container id, of all that run. */
async function containers(): Promise<Readonly<Record<string, string>>> {
  const filter = `label=com.docker.compose.project=${suite().name}`;
  const format = '{{.Label "com.docker.compose.service"}} {{.ID}}';
  const listed = await suite().run(['docker', 'ps', '--filter', filter, '--format', format]);
  const pairs = listed.stdout.trim().split('\n');
  return Object.fromEntries(pairs.map((line) => line.split(' ')).sort()) as Record<string, string>;
}

const serverSource = (): string => LIVE_PROJECT['app/server.js'] ?? '';

describe('restart: on-compile', () => {
  it('a good compile starts the process anew in its container; health is awaited', async () => {
    const [before, all] = [await answer('app'), await containers()];
    const number = await save({ 'app/server.js': serverSource().replace('v1', 'v2') });
    const told = await tail.next(
      'service-state',
      ({ service, health, save: of }) => service === 'app' && health === 'healthy' && of === number,
    );
    expect(told.cause).toBe('restarted after compile');
    const after = await answer('app');
    expect(after.version).toBe('v2');
    expect(after.pid).not.toBe(before.pid);
    expect(await containers()).toEqual(all);
  });

  it('a failing compile leaves the old process running', async () => {
    const before = await answer('app');
    const number = await save({
      'app/compile.sh': 'exit 3\n',
      'app/server.js': serverSource().replace('v1', 'v3'),
    });
    await tail.next('settled', (event) => event.save === number && event.failed === 1);
    expect(await answer('app')).toEqual(before);
    await save({ 'app/compile.sh': GOOD });
    await waitFor('the new version', async () => (await answer('app')).version === 'v3');
  });

  it('a process that ends is told with its last lines, with and without a health check', async () => {
    const broken = 'console.log("the last words"); process.exit(7);\n';
    await save({ 'app/server.js': broken, 'quiet/server.js': broken });
    for (const service of ['app', 'quiet']) {
      const problem = await tail.next('problem', ({ key }) => key === `service:${service}`);
      expect(problem.failures[0]).toMatchObject({
        what: `the process of ${service} ended with exit status 7`,
        why: 'restarted after compile',
        detail: ['the last words'],
      });
    }
    const status = await suite().dev(['status']);
    expect(status.status).toBe(1);
    expect(status.stdout).toMatch(/✗ +quiet/);
    expect(status.stdout).toContain('the last words');
    await save({ 'app/server.js': serverSource(), 'quiet/server.js': serverSource() });
    for (const service of ['app', 'quiet']) {
      await tail.next('problem-solved', ({ key }) => key === `service:${service}`);
    }
    expect((await suite().dev(['status'])).status).toBe(0);
  });

  it('one that never becomes healthy is told with its probe and its log', async () => {
    const sick = `console.log('feeling sick');\n${serverSource().replace('response.end', 'response.writeHead(500).end')}`;
    await save({ 'app/server.js': sick });
    const problem = await tail.next('problem', ({ key }) => key === 'service:app');
    expect(problem.failures[0]).toMatchObject({ what: 'app is not healthy' });
    expect(problem.failures[0]?.detail?.join('\n')).toContain('feeling sick');
    await save({ 'app/server.js': serverSource() });
    await tail.next('problem-solved', ({ key }) => key === 'service:app');
  });
});

describe('a lockfile', () => {
  const manifest = (dependencies: Readonly<Record<string, string>>): string =>
    JSON.stringify({ name: 'app', version: '1.0.0', dependencies });

  it('that changes is installed, and the module is checked with it', async () => {
    const wanted = { dep: 'file:dep' };
    const number = await save({
      'app/package.json': manifest(wanted),
      'app/package-lock.json': lockfile(wanted),
      'app/compile.sh': 'test -e node_modules/dep/package.json\n',
    });
    const installed = await tail.next('install-finished', ({ module }) => module === 'app');
    expect(installed.failure).toBeUndefined();
    const compiled = await tail.next(
      'check-finished',
      ({ module, check, save: of }) => module === 'app' && check === 'compile' && of > number,
    );
    expect(compiled.outcome).toBe('passed');
    expect(await inside('app', 'ls', 'node_modules')).toBe('dep');
  });

  it('that cannot be installed is told, and what runs stays', async () => {
    const before = await containers();
    await save({ 'app/package.json': manifest({ dep: 'file:dep', other: 'file:other' }) });
    const plan = await tail.next('plan', ({ state }) => state === 'failed');
    expect(plan.failures?.[0]?.what).toContain('app could not be installed');
    const ended = await tail.next('install-finished');
    expect(ended.failure?.detail?.join('\n')).toContain('in sync');
    expect(await containers()).toEqual(before);
    expect(await inside('app', 'ls', 'node_modules')).toBe('dep');
    expect((await suite().dev(['status'])).stdout).toContain('could not be installed');
    await save({ 'app/package.json': manifest({ dep: 'file:dep' }), 'app/compile.sh': GOOD });
    await tail.next('install-finished', ({ failure }) => failure === undefined);
    await tail.next('plan', ({ state }) => isOver(state));
    expect((await suite().dev(['status'])).stdout).not.toContain('could not be installed');
  });
});

describe('an edit of the definition', () => {
  it('brings a new service, recreates the changed one alone, and removes what goes', async () => {
    const before = await containers();
    const plan = await apply({
      'compose/dev.yaml': `services:
  app: { environment: { GREETING: green } }
  extra: { image: onestack/os, command: [sleep, infinity], init: true }
`,
    });
    expect(plan.files).toEqual(['compose/dev.yaml']);
    expect([...plan.operations].sort()).toEqual([
      'create extra: no container yet',
      'recreate app: environment.GREETING hello→green (compose/dev.yaml:2)',
    ]);
    const { app, extra, ...others } = await containers();
    const { app: old, ...same } = before;
    expect(others).toEqual(same);
    expect(app).not.toBe(old);
    expect(extra).toBeDefined();
    expect((await answer('app')).greeting).toBe('green');

    const back = await apply({ 'compose/dev.yaml': 'services: {}\n' });
    expect(back.operations).toContain('remove extra: no longer in the definition');
    await tail.next('service-gone', ({ service }) => service === 'extra');
    expect(Object.keys(await containers())).toEqual(Object.keys(before));
  });

  it('may be one of .env, of a profile, or of a base image', async () => {
    const byEnv = await apply({ '.env': 'GREETING=from-env\n' });
    expect(byEnv.operations).toHaveLength(1);
    expect((await answer('app')).greeting).toBe('from-env');

    const byProfile = await apply({ 'profiles/dev/motd': 'second\n' });
    expect(byProfile.operations).toEqual(['recreate store: profiles/dev/motd changed']);
    expect(await inside('store', 'cat', '/etc/motd-of-the-day')).toBe('second');

    // Base images are the engine's, not the project's: a name that nobody else has.
    const tiny = `${suite().name}-tiny`;
    const dockerfile = (made: string) => ({
      [`base-images/${tiny}/Dockerfile`]: `FROM onestack/os\nRUN echo ${made} > /tmp/made\n`,
    });
    await apply({
      ...dockerfile('one'),
      'compose/dev.yaml': `services: { extra: { image: onestack/${tiny}, command: [sleep, infinity], init: true } }\n`,
    });
    expect(await inside('extra', 'cat', '/tmp/made')).toBe('one');
    const byImage = await apply(dockerfile('two'));
    expect(byImage.operations[0]).toMatch(/^build image [^\n]*-tiny: /);
    expect(byImage.operations.slice(1).join('\n')).toMatch(/^recreate extra: [^\n]*$/);
    expect(await inside('extra', 'cat', '/tmp/made')).toBe('two');
    rmSync(suite().path('base-images'), { recursive: true });
    await apply({ 'compose/dev.yaml': 'services: {}\n' });
    const images = ['image', 'ls', '--quiet', '--filter', `label=dev.onestack.image=${tiny}`];
    const made = (await suite().run(['docker', ...images])).stdout.trim().split('\n');
    expect((await suite().run(['docker', 'rmi', '--force', ...made])).status).toBe(0);
  });

  it('that comes while another one is applied is applied afterwards', async () => {
    await save({ 'compose/dev.yaml': 'services: { app: { environment: { ONE: "1" } } }\n' });
    await tail.next('plan', ({ state }) => state === 'applying');
    suite().write('compose/dev.yaml', 'services: { app: { environment: { TWO: "2" } } }\n');
    const second = await tail.next('plan', ({ operations }) => operations.join().includes('TWO'));
    await tail.next('plan', ({ plan, state }) => plan === second.plan && state === 'applied');
    const environment = await inside('app', 'env');
    expect(environment).toContain('TWO=2');
    expect(environment).not.toContain('ONE=1');
  });

  it('that is wrong is told with its place, and the last good environment stays', async () => {
    const before = await containers();
    await save({ 'compose/dev.yaml': 'services: { app: { ports: ["x:3000"] } }\n' });
    const problem = await tail.next('problem', ({ key }) => key === 'definition');
    expect(problem.failures[0]?.at).toMatchObject({ file: 'compose/dev.yaml', line: 1 });
    expect((await suite().dev(['status'])).stdout).toContain('compose/dev.yaml:1:');
    // Checks go on with the last good definition.
    const number = await save({ 'app/test.sh': 'echo still checked\n' });
    await tail.next('settled', (event) => event.save === number && event.passed === 2);
    expect(await containers()).toEqual(before);
    await apply({ 'compose/dev.yaml': 'services: {}\n' });
  });

  it('with apply: ask the plan waits for dev up, or for an answer', async () => {
    await suite().dev(['settings', 'apply=ask']);
    const before = await containers();
    await save({ 'compose/dev.yaml': 'services: { app: { environment: { ASKED: "1" } } }\n' });
    const waiting = await tail.next('plan', ({ state }) => state === 'waiting-for-answer');
    expect(waiting.operations.join('\n')).toMatch(/^recreate app: [^\n]*ASKED/);
    expect((await suite().dev(['status'])).stdout).toMatch(/waits: dev up applies it/);
    expect(await containers()).toEqual(before);

    tail.mark();
    expect((await suite().dev(['up', '--detach'])).status).toBe(0);
    await tail.next('plan', ({ state }) => state === 'empty');
    expect(await inside('app', 'env')).toContain('ASKED=1');
    expect((await suite().dev(['status'])).stdout).not.toContain('waits');

    const one = await save({ 'compose/dev.yaml': 'services: { app: { environment: {} } }\n' });
    const next = await tail.next('plan', (event) => event.save === one);
    expect(await intend({ kind: 'answer-plan', plan: next.plan, apply: false })).toBe(true);
    await tail.next('plan', ({ state }) => state === 'declined');
    expect(await inside('app', 'env')).toContain('ASKED=1');
    expect(await intend({ kind: 'answer-plan', plan: next.plan, apply: true })).toBe(false);

    await intend({ kind: 'reload' });
    const again = await tail.next('plan', ({ plan }) => plan > next.plan);
    expect(await intend({ kind: 'answer-plan', plan: again.plan, apply: true })).toBe(true);
    await tail.next('plan', ({ plan, state }) => plan === again.plan && state === 'applied');
    expect(await inside('app', 'env')).not.toContain('ASKED=1');
    await suite().dev(['settings', 'apply=auto']);
  });
});

/** Sends an intent as the dashboard does; whether it was accepted. */
async function intend(intent: Intent): Promise<boolean> {
  const client = await connectSession(suite().path('.dev'), createWorld(REPOSITORY, 'test'));
  const answered = await client?.intend(intent);
  client?.close();
  return answered?.ok === true;
}
