import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isOver, liveBench } from '../support/live-bench.ts';
import { waitFor } from '../support/wait-for.ts';

const { rig, tail, save, follow, apply, inside, answer, containers, intend } = liveBench();

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
    await tail().next('service-gone', ({ service }) => service === 'extra');
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
    const tiny = `${rig().name}-tiny`;
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
    await apply({ 'compose/dev.yaml': 'services: {}\n' });
    tail().mark();
    rmSync(rig().path('base-images'), { recursive: true });
    await tail().next('plan', ({ state }) => state === 'empty');
    const images = ['image', 'ls', '--quiet', '--filter', `label=dev.onestack.image=${tiny}`];
    const made = (await rig().run(['docker', ...images])).stdout.trim().split('\n');
    expect((await rig().run(['docker', 'rmi', '--force', ...made])).status).toBe(0);
  });

  it('is read with the variables of whoever brought it up last', async () => {
    const app = `app: { environment: { GREETING: '\${OSTEST_GREETING:-nobody}' } }`;
    await apply({ 'compose/dev.yaml': `services: { ${app} }\n` });
    expect((await answer('app')).greeting).toBe('nobody');
    const up = await rig().dev(['up', '--yes', '--detach'], { env: { OSTEST_GREETING: 'two' } });
    expect(up.status, rig().transcript()).toBe(0);
    expect((await answer('app')).greeting).toBe('two');
    const extra = 'extra: { image: onestack/os, command: [sleep, infinity], init: true }';
    const plan = await apply({ 'compose/dev.yaml': `services: { ${app}, ${extra} }\n` });
    expect(plan.operations).toEqual(['create extra: no container yet']);
    expect((await answer('app')).greeting).toBe('two');
    await apply({ 'compose/dev.yaml': 'services: {}\n' });
  });

  it('may be one of any file that it reads: included, of environments, mounted, outside', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'onestack-outside-'));
    onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
    const sleeper = 'image: onestack/os, command: [sleep, infinity], init: true';
    for (const name of ['far.env', 'far.conf', 'far.key', 'linked.env']) {
      writeFileSync(join(outside, name), 'FAR=1\n', { mode: 0o644 });
    }
    const files = {
      'infra/more.yaml': `services: { more: { ${sleeper}, environment: { N: "1" } } }\n`,
      'config/near.env': 'NEAR=1\n',
      'config/behind.env': 'BEHIND=1\n',
      'config/app.conf': 'one\n',
      'config/neighbour': 'one\n',
      'config/labels': 'LABEL=1\n',
      'infra/base.yaml': `services: { base: { environment: { BASE: "1" } } }\n`,
      'compose/dev.yaml': `include: [infra/more.yaml]
configs: { far: { file: ${outside}/far.conf } }
secrets: { far: { file: ${outside}/far.key } }
services:
  extra:
    extends: { file: infra/base.yaml, service: base }
    label_file: config/labels
    configs: [far]
    secrets: [far]
    environment: { LINKED: "\${LINKED:-none}" }
    ${sleeper.replace('[sleep, infinity]', 'sleep infinity').replaceAll(', ', '\n    ')}
    env_file: [config/near.env, link.env, ${outside}/far.env, { path: config/maybe.env, required: false }]
    volumes: [ './config/app.conf:/app.conf:ro' ]
`,
    };
    symlinkSync('config/behind.env', join(rig().directory, 'link.env'));
    symlinkSync(join(outside, 'linked.env'), join(rig().directory, '.env'));
    // What lies outside is only read with the person's yes, which the edit waits for, and follows.
    await save(files);
    await waitFor('the edit to be held', async () =>
      (await rig().dev(['status'])).stdout.includes('far.env'),
    );
    tail().mark();
    expect((await rig().dev(['trust'])).status).toBe(0);
    await tail().next('plan', ({ state }) => state === 'applied');
    const follows = async (path: string, text: string, shown: string, ...look: string[]) => {
      writeFileSync(join(rig().directory, path), text);
      const [service = '', ...command] = look;
      await waitFor(`${shown} in ${service}`, async () =>
        (await inside(service, ...command)).includes(shown),
      );
    };
    const included = `services: { more: { ${sleeper}, environment: { N: "2" } } }\n`;
    await follows('infra/more.yaml', included, 'N=2', 'more', 'env');
    await follows('config/near.env', 'NEAR=2\n', 'NEAR=2', 'extra', 'env');
    // Behind a link, and another one in its place, as editors save.
    await follows('config/behind.env', 'BEHIND=2\n', 'BEHIND=2', 'extra', 'env');
    writeFileSync(join(rig().directory, 'config/new'), 'BEHIND=3\n');
    renameSync(join(rig().directory, 'config/new'), join(rig().directory, 'config/behind.env'));
    await waitFor('the link’s new target', async () =>
      (await inside('extra', 'env')).includes('BEHIND=3'),
    );
    await follows('config/app.conf', 'two\n', 'two', 'extra', 'cat', '/app.conf');
    await follows('config/maybe.env', 'MAYBE=1\n', 'MAYBE=1', 'extra', 'env');
    const far = (name: string): string => relative(rig().directory, join(outside, name));
    await follows(far('far.env'), 'FAR=2\n', 'FAR=2', 'extra', 'env');
    await follows(far('far.conf'), 'conf two\n', 'conf two', 'extra', 'cat', '/far');
    await follows(far('far.key'), 'key two\n', 'key two', 'extra', 'cat', '/run/secrets/far');
    await follows(far('linked.env'), 'LINKED=2\n', 'LINKED=2', 'extra', 'env');
    const based = `services: { base: { environment: { BASE: "2" } } }\n`;
    await follows('infra/base.yaml', based, 'BASE=2', 'extra', 'env');
    writeFileSync(join(rig().directory, 'config/labels'), 'LABEL=2\n');
    const labels = ['docker', 'inspect', '--format', '{{.Config.Labels.LABEL}}'];
    await waitFor('the label', async () =>
      (await rig().run([...labels, `${rig().name}-extra-1`])).stdout.includes('2'),
    );
    rmSync(join(rig().directory, '.env'));
    // Seen before its plan was over, which may take the next edit along.
    await follow({ 'compose/dev.yaml': 'services: {}\n' });
    expect(Object.keys(await containers())).not.toContain('extra');
    tail().mark();
  });

  it('that comes while another one is applied is applied afterwards', async () => {
    await save({ 'compose/dev.yaml': 'services: { app: { environment: { ONE: "1" } } }\n' });
    await tail().next('plan', ({ state }) => state === 'applying');
    const path = 'compose/dev.yaml';
    const number = await save({ [path]: 'services: { app: { environment: { TWO: "2" } } }\n' });
    // `applied`, or `empty` where the first one came late enough to take it along.
    await tail().next('plan', (event) => event.save === number && isOver(event.state));
    const environment = await inside('app', 'env');
    expect(environment).toContain('TWO=2');
    expect(environment).not.toContain('ONE=1');
  });

  it('that is wrong is told with its place, and the last good environment stays', async () => {
    const before = await containers();
    await save({ 'compose/dev.yaml': 'services: { app: { ports: ["x:3000"] } }\n' });
    const problem = await tail().next('problem', ({ key }) => key === 'definition');
    expect(problem.failures[0]?.at).toMatchObject({ file: 'compose/dev.yaml', line: 1 });
    const status = await rig().dev(['status']);
    expect(status.stdout).toContain('compose/dev.yaml:1:');
    expect(status.status).toBe(1);
    // Checks go on with the last good definition.
    const number = await save({ 'app/test.sh': 'echo still checked\n' });
    await tail().next('settled', (event) => event.save === number && event.passed === 2);
    expect(await containers()).toEqual(before);
  });

  it('that fails is tried once by dev up, and no more by the session after that', async () => {
    const bad = "{ image: onestack/os, command: [sh, -c, 'exit 3'] }";
    const one = await save({ 'compose/dev.yaml': `services: { bad: ${bad} }\n` });
    const failed = await tail().next(
      'plan',
      ({ save: of, state }) => of === one && state === 'failed',
    );
    const up = await rig().dev(['up', '--detach']);
    expect(up.status).toBe(1);
    expect(up.stderr.match(/error: bad does not run/g)).toHaveLength(1);
    const two = await save({ 'compose/dev.yaml': 'services: {}\n' });
    const next = await tail().next(
      'plan',
      ({ save: of, state }) => of === two && state === 'applied',
    );
    expect(next.plan).toBe(failed.plan + 1);
  });

  it('with apply: ask the plan waits for dev up, or for an answer', async () => {
    await rig().dev(['settings', 'apply=ask']);
    const before = await containers();
    await save({ 'compose/dev.yaml': 'services: { app: { environment: { ASKED: "1" } } }\n' });
    const waiting = await tail().next('plan', ({ state }) => state === 'waiting-for-answer');
    expect(waiting.operations.join('\n')).toMatch(/^recreate app: [^\n]*ASKED/);
    expect((await rig().dev(['status'])).stdout).toMatch(/waits: dev up applies it/);
    expect(await containers()).toEqual(before);

    tail().mark();
    expect((await rig().dev(['up', '--detach'])).status).toBe(0);
    await tail().next('plan', ({ state }) => state === 'empty');
    expect(await inside('app', 'env')).toContain('ASKED=1');
    expect((await rig().dev(['status'])).stdout).not.toContain('waits');

    const one = await save({ 'compose/dev.yaml': 'services: { app: { environment: {} } }\n' });
    const next = await tail().next('plan', (event) => event.save === one);
    expect(await intend({ kind: 'answer-plan', plan: next.plan, apply: false })).toBe(true);
    await tail().next('plan', ({ state }) => state === 'declined');
    expect(await inside('app', 'env')).toContain('ASKED=1');
    expect(await intend({ kind: 'answer-plan', plan: next.plan, apply: true })).toBe(false);

    await intend({ kind: 'reload' });
    const again = await tail().next('plan', ({ plan }) => plan > next.plan);
    expect(await intend({ kind: 'answer-plan', plan: again.plan, apply: true })).toBe(true);
    await tail().next('plan', ({ plan, state }) => plan === again.plan && state === 'applied');
    expect(await inside('app', 'env')).not.toContain('ASKED=1');
  });

  it('carries out what was agreed to, or asks again when it is another plan by now', async () => {
    await rig().dev(['settings', 'apply=ask']);
    const one = await save({
      'compose/dev.yaml': 'services: { app: { environment: { SEEN: "1" } } }\n',
    });
    const agreed = await tail().next('plan', (event) => event.save === one);
    expect(agreed.operations).toEqual([expect.stringMatching(/^recreate app: [^\n]*SEEN/)]);
    await rig().run(['docker', 'rm', '--force', `${rig().name}-store-1`]);
    expect(await intend({ kind: 'answer-plan', plan: agreed.plan, apply: true })).toBe(true);
    const { failures = [] } = await tail().next('plan', ({ state }) => state === 'failed');
    expect(failures[0]).toMatchObject({ reason: 'world-changed' });
    expect(failures[0]?.detail).toContain(`container ${rig().name}-store-1 is gone`);
    const next = await tail().next('plan', ({ plan }) => plan > agreed.plan);
    expect(next.state).toBe('waiting-for-answer');
    expect(next.operations).toEqual(
      expect.arrayContaining([...agreed.operations, 'create store: no container yet']),
    );
    expect(await inside('app', 'env')).not.toContain('SEEN=1');
    const status = await rig().dev(['status']);
    expect(status.stdout).toContain(
      'the plan that was agreed to is not what is to be done any more',
    );

    expect(await intend({ kind: 'answer-plan', plan: next.plan, apply: true })).toBe(true);
    await tail().next('plan', ({ plan, state }) => plan === next.plan && state === 'applied');
    expect(await inside('app', 'env')).toContain('SEEN=1');
    await rig().dev(['settings', 'apply=auto']);
  });
});
