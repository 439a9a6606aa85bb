import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { alive } from '../support/alive.ts';
import { tailEvents } from '../support/event-tail.ts';
import type { EventTail } from '../support/event-tail.ts';
import { rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

// Two modules whose commands are scripts of the test: what they do is decided by files.
const DEV_YAML = `name: live
modules:
  lib:
    image: node
    compile: sh compile.sh
    lint: sh lint.sh
  app:
    image: node
    uses: lib
    compile: sh compile.sh
    test: { run: sh test.sh, timeout: 4s }
`;
const GOOD = 'echo fine\n';

const suite = rigForSuite({
  files: {
    'dev.yaml': DEV_YAML,
    'lib/compile.sh': GOOD,
    'lib/lint.sh': GOOD,
    'app/compile.sh': GOOD,
    'app/test.sh': GOOD,
  },
});

let tail: EventTail;
beforeAll(async () => {
  const up = await suite().dev(['up', '--yes', '--detach']);
  expect(up.status, suite().transcript()).toBe(0);
  tail = await tailEvents(suite());
});

const save = (path: string, text: string): Promise<number> => tail.save({ [path]: text });

const sessionPid = (): number =>
  Number(readFileSync(suite().places().session.lock, 'utf8').split(' ')[0]);

/** Runs a script in a service's container. */
async function inside(service: string, script: string): Promise<string> {
  const ran = await suite().run([
    'docker',
    'exec',
    `${suite().name}-${service}-1`,
    'sh',
    '-c',
    script,
  ]);
  return ran.stdout.trim();
}

describe('a save', () => {
  it('is compiled, then tested and linted, dependants after what they use', async () => {
    const number = await save('lib/compile.sh', 'echo better\n');
    const settled = await tail.next('settled', (event) => event.save === number);
    expect(settled).toMatchObject({ passed: 4, failed: 0, cancelled: 0 });
    const order = tail
      .events()
      .filter((event) => event.save === number)
      .flatMap((event) =>
        event.kind === 'check-finished' ? [`${event.module}.${event.check}`] : [],
      );
    expect(order[0]).toBe('lib.compile');
    expect(order.indexOf('app.test')).toBeGreaterThan(order.indexOf('app.compile'));
    expect([...order].sort()).toEqual(['app.compile', 'app.test', 'lib.compile', 'lib.lint']);
  });

  it('gives diagnostics with the host’s paths, and keeps the output of a failure', async () => {
    const number = await save(
      'app/compile.sh',
      'echo "src/a.ts(3,4): error TS1: wrong"; pwd; id -u; exit 2\n',
    );
    const result = await tail.next('check-finished', (event) => event.save === number);
    expect(result).toMatchObject({
      outcome: 'failed',
      exitStatus: 2,
      diagnostics: [{ file: 'app/src/a.ts', line: 3, column: 4, severity: 'error' }],
    });
    expect(suite().read(result.log ?? '')).toContain(
      `/workspace/app\n${String(process.getuid?.())}\n`,
    );
    await tail.next(
      'check-cancelled',
      ({ check, reason }) => check === 'test' && reason === 'dependency-failed',
    );
    await tail.settle({ 'app/compile.sh': GOOD });
  });

  it('that changes nothing starts nothing', async () => {
    tail.mark();
    suite().write('app/compile.sh', GOOD);
    suite().write('app/other.txt', String(Date.now()));
    const change = await tail.next('change');
    expect(change.paths).toEqual(['app/other.txt']);
    await tail.next('settled', (event) => event.save === change.save);
  });

  it('stops what it overtakes, with all its children', async () => {
    const first = await save('app/compile.sh', 'sleep 4711 & sleep 4712\n');
    await tail.next('check-started', (event) => event.save === first);
    await waitFor('the children', async () =>
      (await inside('app', 'cat /proc/*/cmdline 2>/dev/null | tr "\\0" " "')).includes(
        'sleep 4711',
      ),
    );
    const second = await save('app/compile.sh', GOOD);
    const cancelled = await tail.next('check-cancelled', ({ check }) => check === 'compile');
    expect(cancelled).toMatchObject({ save: first, reason: 'overtaken', by: second });
    expect(await inside('app', 'cat /proc/*/cmdline 2>/dev/null | tr "\\0" " "')).not.toContain(
      'sleep 471',
    );
    await tail.next('settled', (event) => event.save === second && event.failed === 0);
  });
});

describe('checks that misbehave', () => {
  /** Gives the module another test, and what comes of it. */
  async function tested(script: string) {
    const number = await save('app/test.sh', script);
    return tail.next(
      'check-finished',
      ({ check, save: own }) => check === 'test' && own === number,
    );
  }

  it('are killed at their time limit', async () => {
    const result = await tested('sleep 4713\n');
    expect(result.outcome).toBe('timed-out');
    await tail.settle({ 'app/test.sh': GOOD });
  });

  it('may print 100 MB', async () => {
    const result = await tested('yes 0123456789abcdef | head -c 100000000; exit 1\n');
    expect(result.log).toBe(join(suite().places().checkLogs, 'app.test.log'));
    expect(readFileSync(result.log ?? '').length).toBeLessThan(66 * 1024 * 1024);
    const status = readFileSync(`/proc/${sessionPid()}/status`, 'utf8');
    const peakKib = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
    expect(peakKib).toBeLessThan(400 * 1024);
    await tail.settle({ 'app/test.sh': GOOD });
  });

  it('may kill their own shell: they run once more, in a new one', async () => {
    const result = await tested(
      '[ -e /tmp/once ] && exit 0; touch /tmp/once; leader=$(cut -d" " -f6 /proc/$$/stat); kill -9 $(cut -d" " -f4 /proc/$leader/stat)\n',
    );
    expect(result.outcome).toBe('passed');
    await tail.settle({ 'app/test.sh': GOOD });
  });
});

describe('the container', () => {
  it('may be killed and come back: what it interrupted is checked then', async () => {
    await save('app/compile.sh', '[ -e back ] && exit 0; sleep 4714\n');
    await tail.next('check-started', ({ module }) => module === 'app');
    tail.mark();
    await suite().run(['docker', 'kill', `${suite().name}-app-1`]);
    await tail.next('check-cancelled', ({ reason }) => reason === 'container');
    await tail.next(
      'service-state',
      ({ service, state }) => service === 'app' && state === 'exited',
    );
    tail.mark();
    suite().write('app/back', '');
    await tail.next('check-finished', ({ outcome }) => outcome === 'not-run');
    await suite().run(['docker', 'start', `${suite().name}-app-1`]);
    const result = await tail.next(
      'check-finished',
      ({ check, outcome }) => check === 'compile' && outcome === 'passed',
    );
    expect(result.module).toBe('app');
    rmSync(suite().path('app/back'));
    await tail.settle({ 'app/compile.sh': GOOD });
  });

  it('may see its module’s folder deleted and made again', async () => {
    tail.mark();
    renameSync(suite().path('lib'), suite().path('lib-away'));
    await tail.next('change', ({ paths }) => paths.includes('lib/compile.sh'));
    tail.mark();
    mkdirSync(suite().path('lib'));
    for (const name of ['compile.sh', 'lint.sh']) suite().write(`lib/${name}`, GOOD);
    rmSync(suite().path('lib-away'), { recursive: true });
    await tail.next(
      'check-finished',
      ({ module, outcome }) => module === 'lib' && outcome === 'passed',
    );
    await save('lib/compile.sh', 'echo again\n');
    await tail.next('settled', ({ failed }) => failed === 0);
  });
});

describe('the definition', () => {
  it('is followed: settings within a moment, wrong ones told while the last good stays', async () => {
    tail.mark();
    const off = await suite().dev(['settings', 'modules.app.checks.test=false']);
    expect(off.status).toBe(0);
    const told = await tail.next('modules');
    expect(told.modules.find(({ name }) => name === 'app')?.checks).toContainEqual({
      check: 'test',
      enabled: false,
      daemon: false,
    });
    const number = await save('app/compile.sh', 'echo without test\n');
    expect(await tail.next('settled', (event) => event.save === number)).toMatchObject({
      passed: 1,
    });
    await suite().dev(['settings', 'modules.app.checks.test=true']);

    tail.mark();
    suite().write('dev.yaml', suite().read('dev.yaml').replace('image: node', 'imaeg: node'));
    // Read early with the edit before it, it may be a problem before it is told as a change.
    await tail.next('change', ({ paths }) => paths.includes('dev.yaml'));
    const problem = await tail.next('problem', ({ key }) => key === 'definition');
    expect(problem.failures[0]?.at?.file).toBe('dev.yaml');
    suite().write('dev.yaml', suite().read('dev.yaml').replace('imaeg: node', 'image: node'));
    await tail.next('problem-solved', ({ key }) => key === 'definition');
  });

  it('is applied to what runs, with the causes', async () => {
    tail.mark();
    suite().write('compose/dev.yaml', 'services:\n  app:\n    environment: { COLOUR: green }\n');
    const plan = await tail.next('plan', ({ state }) => state === 'applying');
    expect(plan.operations.join('\n')).toMatch(/^recreate app: /m);
    await tail.next('plan', ({ state }) => state === 'applied');
    await waitFor(
      'the new container',
      async () => (await inside('app', 'echo $COLOUR')) === 'green',
    );
  });
});

describe('dev check', () => {
  it('runs once, through the session or without it, and tells by its status', async () => {
    expect((await suite().dev(['check'])).status).toBe(0);
    await tail.settle({ 'app/test.sh': 'exit 1\n' });
    const failed = await suite().dev(['check', 'app', '--only', 'test', '--json']);
    expect(failed.status).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      passed: false,
      results: [{ module: 'app', check: 'test' }],
    });
    expect((await suite().dev(['check', 'no-such'])).status).toBe(2);
    await tail.settle({ 'app/test.sh': GOOD });
  });
});

describe('the session', () => {
  it('runs once, and again after it was killed', async () => {
    const pid = sessionPid();
    const second = await suite().dev(['__session']);
    expect(second.status).toBe(1);
    expect(second.stderr).toContain('the session');
    const leftover = join(suite().places().checkLogs, 'app.test.log.999999999-1.part');
    writeFileSync(leftover, 'half a log');
    process.kill(pid, 'SIGKILL');
    await waitFor('the client to notice', () => tail.program.status() !== undefined);
    suite().write('lib/lint.sh', 'echo while nobody looked\n');
    tail = await tailEvents(suite());
    expect(sessionPid()).not.toBe(pid);
    const missed = await tail.next('change', ({ paths }) => paths.includes('lib/lint.sh'));
    await tail.next('settled', (event) => event.save === missed.save);
    expect(existsSync(leftover)).toBe(false);
    const number = await save('app/compile.sh', 'echo after the kill\n');
    await tail.next('settled', (event) => event.save === number && event.failed === 0);
  });

  it('ends with dev down', async () => {
    const pid = sessionPid();
    expect((await suite().dev(['down'])).status).toBe(0);
    await waitFor('its end', () => !alive(pid));
    expect(existsSync(suite().places().session.socket)).toBe(false);
  });
});
