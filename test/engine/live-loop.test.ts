import { chmodSync, existsSync, rmSync } from 'node:fs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createWorld } from '../../src/adapters/world.ts';
import { connectSession } from '../../src/app/session-client.ts';
import type { Intent } from '../../src/session/protocol.ts';
import { tailEvents } from '../support/event-tail.ts';
import type { EventTail } from '../support/event-tail.ts';
import { LIVE_PROJECT, lockfile } from '../support/live-project.ts';
import { openScreen } from '../support/pty-screen.ts';
import type { Screen } from '../support/pty-screen.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const suite = rigForSuite({ files: LIVE_PROJECT });
const GOOD = 'echo fine\n';

let tail: EventTail;
beforeAll(async () => {
  chmodSync(suite().path('bin/notify-send'), 0o755);
  const PATH = `${suite().path('bin')}:${process.env['PATH'] ?? ''}`;
  const up = await suite().dev(['up', '--yes', '--detach'], { env: { PATH } });
  expect(up.status, suite().transcript()).toBe(0);
  tail = await tailEvents(suite());
});

/** Writes files and gives the save that they become. */
const save = (files: Readonly<Record<string, string>>): Promise<number> => tail.save(files);

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
    const path = 'compose/dev.yaml';
    const number = await save({ [path]: 'services: { app: { environment: { TWO: "2" } } }\n' });
    // `applied`, or `empty` where the first one came late enough to take it along.
    await tail.next('plan', (event) => event.save === number && isOver(event.state));
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

describe('a switch in dev.settings.yaml', () => {
  const settingsText = (): string => suite().read('dev.settings.yaml');

  /** Edits the file as a person does, and waits until the session works with it. */
  async function edit(from: RegExp, to: string) {
    tail.mark();
    const text = settingsText();
    expect(text).toMatch(from);
    suite().write('dev.settings.yaml', text.replace(from, to));
    return tail.next('modules');
  }

  it('turns a check off and on, and touches no container', async () => {
    const before = await containers();
    const off = await edit(/(app:[^]*?test: )true/, '$1false');
    const app = off.modules.find(({ name }) => name === 'app');
    expect(app?.checks.find(({ check }) => check === 'test')?.enabled).toBe(false);
    const one = await save({ 'app/test.sh': 'echo not run\n' });
    expect(await tail.next('settled', (event) => event.save === one)).toMatchObject({ passed: 1 });
    await edit(/(app:[^]*?test: )false/, '$1true');
    const two = await save({ 'app/test.sh': 'echo run\n' });
    expect(await tail.next('settled', (event) => event.save === two)).toMatchObject({ passed: 2 });
    expect(await containers()).toEqual(before);
  });

  it('turns watching off and on, for a module and for all', async () => {
    const before = await containers();
    await edit(/(lib:[^]*?watch: )true/, '$1false');
    suite().write('lib/lint.sh', 'echo nobody looks\n');
    const other = await save({ 'app/test.sh': 'echo one more\n' });
    const settled = await tail.next('settled', (event) => event.save === other);
    expect(settled).toMatchObject({ passed: 2 });
    await edit(/(lib:[^]*?watch: )false/, '$1true');

    await edit(/enabled: true/, 'enabled: false');
    await tail.next('watching', ({ mode }) => mode === 'off');
    expect((await suite().dev(['status'])).stdout).toContain('watching is off');
    suite().write('app/test.sh', 'echo nobody looks\n');
    await edit(/enabled: false/, 'enabled: true');
    await tail.next('watching', ({ mode }) => mode !== 'off');
    const back = await save({ 'app/test.sh': 'echo watched again\n' });
    await tail.next('settled', (event) => event.save === back && event.passed === 2);
    const silent = tail
      .events()
      .some((event) => event.kind === 'change' && event.paths.includes('lib/lint.sh'));
    expect(silent).toBe(false);
    expect(await containers()).toEqual(before);
  });

  it('turns a module off and on; the others stay', async () => {
    const { quiet, ...others } = await containers();
    await edit(/(quiet:[^]*?run: )true/, '$1false');
    await tail.next('service-gone', ({ service }) => service === 'quiet');
    expect(await containers()).toEqual(others);
    await edit(/(quiet:[^]*?run: )false/, '$1true');
    await tail.next('plan', ({ state }) => state === 'applied');
    const after = await containers();
    expect(after).toMatchObject(others);
    expect(after['quiet']).toBeDefined();
    expect(after['quiet']).not.toBe(quiet);
  });
});

describe('the dashboard’s intents', () => {
  it('run a check, and refuse one that there is not', async () => {
    tail.mark();
    expect(await intend({ kind: 'run-check', modules: ['app'], only: ['test'] })).toBe(true);
    const settled = await tail.next('settled');
    expect(settled).toMatchObject({ passed: 1, failed: 0 });
    expect(await intend({ kind: 'run-check', modules: ['lib'], only: ['test'] })).toBe(false);
    expect(await intend({ kind: 'run-check', modules: ['no-such'] })).toBe(false);
  });

  it('restart a module’s process, and the container of another service', async () => {
    const [before, process] = [await containers(), (await answer('quiet')).pid];
    expect(await intend({ kind: 'restart-service', service: 'quiet' })).toBe(true);
    await waitFor('another process', async () => (await answer('quiet')).pid !== process);
    const startedAt = async () => {
      const argv = [
        'docker',
        'inspect',
        '--format',
        '{{.State.StartedAt}}',
        `${suite().name}-store-1`,
      ];
      return (await suite().run(argv)).stdout;
    };
    const first = await startedAt();
    expect(await intend({ kind: 'restart-service', service: 'store' })).toBe(true);
    await waitFor('another start', async () => (await startedAt()) !== first);
    expect(await intend({ kind: 'restart-service', service: 'no-such' })).toBe(false);
    expect(await containers()).toEqual(before);
  });

  it('recreate one service, and empty one’s data; the others stay', async () => {
    const { store, ...others } = await containers();
    await inside('store', 'sh', '-c', 'echo kept > /data/file');
    tail.mark();
    expect(await intend({ kind: 'recreate-service', service: 'store' })).toBe(true);
    await tail.next('plan', ({ state }) => state === 'applied');
    const recreated = await containers();
    expect(recreated).toMatchObject(others);
    expect(recreated['store']).not.toBe(store);
    expect(await inside('store', 'cat', '/data/file')).toBe('kept');

    tail.mark();
    expect(await intend({ kind: 'reset-data', service: 'store' })).toBe(true);
    const reset = await tail.next('plan', (event) => isOver(event.state));
    expect(reset.state).toBe('applied');
    expect(await inside('store', 'ls', '/data')).toBe('');
    expect(await containers()).toMatchObject(others);
    expect(await intend({ kind: 'reset-data', service: 'no-such' })).toBe(false);
  });

  it('switch modules, checks and watching in the settings file, comments kept', async () => {
    const before = suite().read('dev.settings.yaml');
    const intents: readonly Intent[] = [
      { kind: 'toggle-check', module: 'app', check: 'test' },
      { kind: 'toggle-watch', module: 'lib' },
      { kind: 'toggle-watch' },
      { kind: 'toggle-module', module: 'quiet' },
    ];
    for (const intent of intents) expect(await intend(intent)).toBe(true);
    const changed = suite().read('dev.settings.yaml').split('\n');
    const differing = before.split('\n').filter((line, index) => line !== changed[index]);
    expect(differing).toHaveLength(intents.length);
    for (const line of differing) {
      expect(changed).toContain(line.replace(/true( ?)/, 'false$1').replace('false  ', 'false '));
    }
    await tail.next('service-gone', ({ service }) => service === 'quiet');
    for (const intent of intents) expect(await intend(intent)).toBe(true);
    expect(suite().read('dev.settings.yaml')).toBe(before);
    await waitFor('quiet', async () => (await containers())['quiet'] !== undefined);
    await waitFor('rest', async () => (await suite().dev(['status'])).status === 0);
  });
});

describe('dev check', () => {
  it('says so when a named module has no such check', async () => {
    const none = await suite().dev(['check', 'lib', '--only', 'test']);
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('module lib has no test');
    await suite().dev(['settings', 'modules.app.checks.test=false']);
    const off = await suite().dev(['check', 'app', '--only', 'test']);
    expect(off.status).toBe(2);
    expect(off.stderr).toContain('dev settings modules.app.checks.test=true');
    await suite().dev(['settings', 'modules.app.checks.test=true']);
  });

  it('ends with Ctrl-C, and so does the command in the container', async () => {
    const number = await save({ 'app/test.sh': 'sleep 4715\n' });
    await tail.next('check-started', ({ check }) => check === 'test');
    await intend({ kind: 'cancel-checks' });
    await tail.next('settled', (event) => event.save === number);
    const processes = () => inside('app', 'sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');
    const check = suite().startDev(['check', 'app']);
    await waitFor('the command', async () => (await processes()).includes('sleep 4715'));
    check.kill('SIGINT');
    expect((await check.finished).status).toBe(130);
    await waitFor('its end', async () => !(await processes()).includes('sleep 4715'));
    await save({ 'app/test.sh': GOOD });
    await tail.next('settled', ({ failed }) => failed === 0);
  });
});

describe('a check that writes files of its module', () => {
  it('starts itself until they stay as they are', async () => {
    await save({ 'app/compile.sh': 'tr a-z A-Z < words > made\n', 'app/words': 'shout\n' });
    await tail.next('change', ({ paths }) => paths.includes('app/made'));
    const number = await save({ 'app/other': 'x' });
    await tail.next('settled', (event) => event.save === number && event.passed === 2);
  });

  it('does not start itself for ever, and is named', async () => {
    await save({ 'app/compile.sh': 'date +%N > made\n' });
    const problem = await tail.next('problem', ({ key }) => key === 'loop:app/made');
    expect(problem.failures[0]?.what).toMatch(/^app compile.* writes app\/made/);
    expect(problem.failures[0]?.cure).toContain('ignore');
    // A change of another file is checked: once.
    const number = await save({ 'app/other': 'y' });
    await tail.next('settled', (event) => event.save === number && event.passed === 2);
    await save({ 'app/compile.sh': GOOD });
    await tail.next('problem-solved', ({ key }) => key === 'loop:app/made');
  });

  it('nor does a process that writes when it starts', async () => {
    const server = suite().read('app/server.js');
    onTestFinished(async () => {
      await tail.settle({ 'app/server.js': server });
    });
    const writes = "require('node:fs').writeFileSync('started', String(Date.now()));";
    await save({ 'app/server.js': `${writes}${server}` });
    const problem = await tail.next('problem', ({ key }) => key === 'loop:app/started');
    expect(problem.failures[0]?.what).toMatch(/^the process of app.* writes app\/started/);
    const number = await save({ 'app/other': 'z' });
    await tail.next('settled', (event) => event.save === number && event.passed === 2);
  });
});

describe('the terminal’s bell and the desktop’s notification', () => {
  it('come when a module turns from good to bad or back, and never otherwise', async () => {
    await suite().dev(['settings', 'notifications.desktop=true']);
    const options = { cwd: suite().directory, columns: 100, rows: 30 };
    const main = `${REPOSITORY}/dist/main.js`;
    const watch = await openScreen([process.execPath, main, 'watch'], options);
    const dash = await openScreen([process.execPath, main, 'dash'], options);
    onTestFinished(() => {
      watch.close();
      dash.close();
    });
    await watch.until('the watch', /watching/);
    // It draws before its host is there; a key is answered by the host, which knows what is good now.
    await dash.until('the dashboard', /watching ·/);
    dash.send('\u0002');
    await dash.until('the host', /C-b …/);
    dash.send('0');
    const rings = (screen: Screen): number => screen.output().split('\u0007').length - 1;
    const notifications = (): number => {
      const path = 'bin/notifications';
      return existsSync(suite().path(path)) ? suite().read(path).trim().split('\n').length : 0;
    };
    const start = { watch: rings(watch), dash: rings(dash) };
    // Good → good, → bad, → bad, → good.
    const steps = ['exit 0\n', 'exit 1\n', 'exit 2\n', 'exit 00\n'];
    const expected = [0, 1, 1, 2];
    for (const [index, text] of steps.entries()) {
      const number = await save({ 'quiet/compile.sh': text });
      await tail.next('settled', (event) => event.save === number);
      await watch.until('the result', new RegExp(`#${number} 1 (passed|failed)`));
      const times = expected[index];
      await waitFor('as many notifications', () => notifications() === times);
      expect(rings(watch) - start.watch).toBe(times);
      await waitFor('the dashboard’s bell', () => rings(dash) - start.dash === times);
    }
    expect(suite().read('bin/notifications')).toMatch(
      /quiet a check fails\n.*quiet all checks pass/,
    );
    await suite().dev(['settings', 'notifications.desktop=false', 'notifications.bell=false']);
    await save({ 'quiet/compile.sh': 'exit 3\n' });
    const silent = await save({ 'quiet/compile.sh': GOOD });
    await watch.until('the result', new RegExp(`#${silent} 1 passed`));
    expect([rings(watch) - start.watch, notifications()]).toEqual([2, 2]);
  });
});

const world = createWorld(REPOSITORY, 'test');

/** Sends an intent as the dashboard does; whether it was accepted. */
async function intend(intent: Intent): Promise<boolean> {
  const client = await connectSession(suite().path('.dev'), world);
  const answered = await client?.intend(intent);
  client?.close();
  return answered?.ok === true;
}
