import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tailEvents } from '../support/event-tail.ts';
import type { EventTail } from '../support/event-tail.ts';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';
import { waitFor } from '../support/wait-for.ts';

// `bare` is a base image without any shell; the other module is ordinary, and a server.
const bare = `bare-${randomBytes(4).toString('hex')}`;
const GOOD = 'echo fine\n';

// Declared before the rig, so that it comes after the rig's own end: no container uses it then.
afterAll(async () => {
  const listed = await runProgram(['docker', 'images', '--quiet', `onestack/${bare}`]);
  const ids = new Set(listed.stdout.split('\n').filter((id) => id !== ''));
  for (const id of ids) await runProgram(['docker', 'rmi', '--force', id]);
});

const suite = rigForSuite({
  files: {
    'dev.yaml': `name: faults
modules:
  bare:
    image: ${bare}
    compile: sh compile.sh
  app:
    image: node
    compile: sh compile.sh
    test: sh test.sh
    lint: { run: sh lint.sh, timeout: 3s }
    run: sleep infinity
`,
    [`base-images/${bare}/Dockerfile`]:
      'FROM onestack/os\nUSER root\nRUN rm /bin/sh /bin/dash /bin/bash\nUSER app\n',
    'compose/dev.yaml': 'services:\n  bare: { command: [sleep, infinity] }\n',
    'bare/compile.sh': GOOD,
    'app/compile.sh': GOOD,
    'app/test.sh': GOOD,
    'app/lint.sh': GOOD,
  },
});
let tail: EventTail;

const container = (service: string): string => `${suite().name}-${service}-1`;

async function docker(...args: readonly string[]): Promise<string> {
  return (await suite().run(['docker', ...args])).stdout.trim();
}

/** The command lines of all that runs in a container. */
async function commandsIn(service: string): Promise<string> {
  return docker('exec', container(service), 'sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');
}

const save = (path: string, text: string): Promise<number> => tail.save({ [path]: text });

beforeAll(async () => {
  const up = await suite().dev(['up', '--yes', '--detach']);
  // Its module cannot be compiled; the rest is up, and watched.
  expect(up.status, suite().transcript()).toBe(1);
  expect(up.stderr).toContain('the container has no shell (sh)');
  tail = await tailEvents(suite());
});

describe('a container without a shell', () => {
  it('is told once as what it is, and not tried again and again', async () => {
    const problem = await tail.next('problem', ({ key }) => key === 'checks:bare');
    expect(problem.failures[0]?.what).toBe('the container has no shell (sh)');
    expect(tail.events().filter(({ kind }) => kind === 'problem')).toHaveLength(1);
    expect((await suite().dev(['status'])).stdout).toContain('the container has no shell (sh)');
    for (const text of ['echo one\n', 'echo two\n']) {
      const number = await save('bare/compile.sh', text);
      const result = await tail.next('check-finished', (event) => event.save === number);
      expect(result).toMatchObject({ outcome: 'not-run' });
      expect(result.tail[0]).toBe('the container has no shell (sh)');
      await tail.next('settled', (event) => event.save === number);
    }
    const filters = ['--filter', `container=${container('bare')}`, '--filter', 'event=exec_create'];
    const execs = await docker('events', '--since', '1h', '--until', '0s', ...filters);
    expect(execs.split('\n')).toHaveLength(1);
  });
});

describe('a container that is killed while a check runs in it', () => {
  it('by its first process: the engine starts it again, and the check is run again', async () => {
    // A good compile restarts the module: that must not count as a stop by hand.
    const better = await save('app/compile.sh', 'echo better\n');
    await tail.next('service-state', ({ cause }) => cause === 'restarted after compile');
    await tail.next('settled', (event) => event.save === better);
    const number = await save(
      'app/test.sh',
      '[ -e /tmp/on ] && exit 0; touch /tmp/on; sleep 4741\n',
    );
    await tail.next('check-started', ({ check }) => check === 'test');
    await waitFor('the check', async () => (await commandsIn('app')).includes('sleep 4741'));
    const pid = await docker('inspect', '--format', '{{.State.Pid}}', container('app'));
    process.kill(Number(pid), 'SIGKILL');
    const cancelled = await tail.next('check-cancelled', ({ check }) => check === 'test');
    expect(cancelled).toMatchObject({ save: number, reason: 'container' });
    await tail.next(
      'service-state',
      ({ service, state }) => service === 'app' && state === 'running',
    );
    const again = await tail.next('check-finished', ({ check }) => check === 'test');
    expect(again.outcome).toBe('passed');
    const settled = await tail.settle({ 'app/test.sh': GOOD });
    expect(settled).toMatchObject({ failed: 0, cancelled: 0 });
  });

  it('by hand: it stays down, every save says so and what to do, and dev up mends it', async () => {
    await save('app/test.sh', 'sleep 4742\n');
    await tail.next('check-started', ({ check }) => check === 'test');
    await docker('kill', container('app'));
    await tail.next('check-cancelled', ({ reason }) => reason === 'container');
    await tail.next(
      'service-state',
      ({ state, exitStatus }) => state === 'exited' && exitStatus === 137,
    );
    await save('app/test.sh', GOOD);
    const result = await tail.next('check-finished', ({ check }) => check === 'compile');
    expect(result).toMatchObject({
      outcome: 'not-run',
      tail: ['the container of app is not running', 'it ended with exit status 137', 'dev up app'],
    });
    tail.mark();
    await suite().dev(['up', 'app', '--detach']);
    const test = await tail.next('check-finished', ({ check }) => check === 'test');
    expect(test.outcome).toBe('passed');
  });
});

describe('a check whose children detach', () => {
  const CHILDREN = [1, 2, 3, 4, 5, 6];
  const DETACHING = [
    'setsid sleep 4751 &',
    'nohup sleep 4752 >/dev/null 2>&1 &',
    '(setsid sh -c "sleep 4753 & sleep 4754" &)',
    `setsid sh -c 'trap "" TERM HUP; sleep 4755' &`,
    'sleep 4756 &\n',
  ].join('\n');

  it('leaves none of them when it is overtaken', async () => {
    await save('app/test.sh', `${DETACHING}wait\n`);
    await waitFor('its children', async () => {
      const commands = await commandsIn('app');
      return CHILDREN.every((number) => commands.includes(`sleep 475${number}`));
    });
    const good = await save('app/test.sh', GOOD);
    await tail.next('check-cancelled', ({ check, by }) => check === 'test' && by === good);
    expect(await commandsIn('app')).not.toContain('sleep 475');
    await tail.next('settled', ({ save: own, failed }) => own === good && failed === 0);
  });

  it('leaves none of them at its time limit', async () => {
    const number = await save('app/lint.sh', `${DETACHING}wait\n`);
    const result = await tail.next('check-finished', ({ check }) => check === 'lint');
    expect(result).toMatchObject({ save: number, outcome: 'timed-out' });
    expect(await commandsIn('app')).not.toContain('sleep 475');
    await tail.settle({ 'app/lint.sh': GOOD });
  });
});
