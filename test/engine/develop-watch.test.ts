import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { tailEvents, type EventTail } from '../support/event-tail.ts';
import { rigForSuite, rigForTest, type Rig } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const WAITS = 'init: true, command: sleep infinity, stop_grace_period: 0s';

/** Rules that Compose 2.26 carries out as well. */
const FILES = {
  'compose.yaml': `
services:
  web:
    build: .
    init: true
    command: sleep infinity
    stop_grace_period: 0s
    develop:
      watch:
        - { path: ./src, action: sync, target: /app/src, ignore: [tmp/, '*.log'] }
        - { path: ./conf, action: sync+restart, target: /app/conf }
        - { path: ./package.json, action: rebuild }
`,
  Dockerfile: 'FROM debian:trixie-slim\nCOPY . /app\n',
  '.dockerignore': 'src/ignored\n',
  'src/a.js': 'one\n',
  'src/gone.js': 'one\n',
  'src/dir/deep/x.js': 'one\n',
  'src/moved/y.js': 'one\n',
  'conf/app.conf': 'one\n',
  'package.json': '{}\n',
};

const named = (rig: Rig): void => rig.write('.env', `COMPOSE_PROJECT_NAME=${rig.name}\n`);

const container = ({ name }: Rig, service = 'web'): string => `${name}-${service}-1`;

async function inside(rig: Rig, script: string, service = 'web'): Promise<string> {
  const done = await rig.run(['docker', 'exec', container(rig, service), 'sh', '-c', script]);
  return done.stdout.trim();
}

async function inspect(rig: Rig, field: string): Promise<string> {
  const done = await rig.run(['docker', 'inspect', '--format', `{{${field}}}`, container(rig)]);
  return done.stdout.trim();
}

const LISTING = `cd /app/src && find . -printf '%P %y %m %U:%G %l\\n' | sort && cat a.js new.js big | md5sum`;

/** Everything at once, as a branch switch does it. */
function edit(rig: Rig): void {
  rig.write('src/a.js', 'two\n');
  rig.write('src/new.js', 'new\n');
  rig.write('src/new/deep/z.js', 'new\n');
  rig.write('src/run.sh', 'echo\n');
  chmodSync(rig.path('src/run.sh'), 0o750);
  rig.write('src/big', 'x'.repeat(6_000_000));
  rig.write('src/tmp/a', 'no');
  rig.write('src/x.log', 'no');
  rig.write('src/ignored/b', 'no');
  rig.write('src/a.js~', 'no');
  symlinkSync('a.js', rig.path('src/link.js'));
  rmSync(rig.path('src/gone.js'));
  rmSync(rig.path('src/dir'), { recursive: true });
  renameSync(rig.path('src/moved'), rig.path('src/elsewhere'));
}

describe('develop.watch of a folder with a Compose file alone', () => {
  const suite = rigForSuite({ files: FILES });
  let tail: EventTail;

  beforeAll(async () => {
    const rig = suite();
    named(rig);
    expect((await rig.dev(['up', '--detach'])).status).toBe(0);
    tail = await tailEvents(rig);
  });

  it('brings files into the container as Compose does', async () => {
    const rig = suite();
    const twin = rigForTest({ files: FILES });
    named(twin);
    // Where a watch does not show that it has begun, a file that it syncs does.
    const compose = twin.run(['docker', 'compose', 'watch'], { timeoutMs: 120_000 });
    compose.catch(() => undefined);
    let tries = 0;
    await waitFor('compose to watch', async () => {
      tries += 1;
      twin.write('src/probe', String(tries));
      return (await inside(twin, 'cat /app/src/probe')) !== '';
    });
    tail.mark();
    edit(rig);
    edit(twin);
    rig.write('src/probe', '0');
    await tail.next('sync-finished', ({ done }) => done.includes('synced'));
    const expected = await waitFor('compose to be done', async () => {
      const listed = await inside(twin, LISTING);
      const isDone = /elsewhere\/y/.test(listed) && !/moved|gone|dir/.test(listed);
      return isDone && listed;
    });
    const ours = await waitFor('our sync to be done', async () => {
      const listed = await inside(rig, LISTING);
      return listed === expected && listed;
    }).catch(() => inside(rig, LISTING));
    expect(ours).toBe(expected);
    expect(ours).toContain('run.sh f 750 0:0');
    expect(ours).toContain('link.js l 777 0:0 a.js');
    expect(ours).not.toMatch(/tmp|x\.log|ignored|~/);
  });

  it('restarts what asks for it, one that has ended too, and rebuilds with its cause', async () => {
    const rig = suite();
    const before = await inspect(rig, '.State.StartedAt');
    tail.mark();
    rig.write('conf/app.conf', 'two\n');
    const restarted = await tail.next('sync-finished');
    expect(restarted).toMatchObject({
      service: 'web',
      done: ['synced', 'restarted'],
      paths: ['conf/app.conf'],
    });
    expect(await inspect(rig, '.State.StartedAt')).not.toBe(before);
    expect(await inside(rig, 'cat /app/conf/app.conf')).toBe('two');

    await rig.run(['docker', 'stop', container(rig)]);
    tail.mark();
    rig.write('conf/app.conf', 'three\n');
    await tail.next('sync-finished');
    expect(await inside(rig, 'cat /app/conf/app.conf')).toBe('three');

    const id = await inspect(rig, '.Id');
    tail.mark();
    rig.write('package.json', '{"version":2}\n');
    const plan = await tail.next('plan', ({ state }) => state === 'applying');
    expect(plan.operations).toEqual(['recreate web: package.json changed']);
    await tail.next('sync-finished', ({ done }) => done.includes('rebuilt'));
    expect(await inspect(rig, '.Id')).not.toBe(id);
    expect(await inside(rig, 'cat /app/package.json')).toBe('{"version":2}');
    // What was synced before is in the new image.
    expect(await inside(rig, 'cat /app/src/a.js')).toBe('two');
  });

  it('follows an edit of the rules, with those of later versions of Compose', async () => {
    const rig = suite();
    mkdirSync(rig.path('../shared'), { recursive: true });
    rig.write('static/a.css', 'first');
    rig.write('static/a.txt', 'first');
    rig.write('late/there.js', 'there');
    const rules = `
        - { path: ./static, action: sync, target: /static, include: '*.css', initial_sync: true }
        - path: ./hook
          action: sync+exec
          target: /tmp/hook
          exec: { command: 'sh -c "cat /tmp/hook/h; echo $$NAME >&2; exit $$(cat /tmp/hook/status)"', user: root, environment: { NAME: sick } }
        - { path: ./bell, action: restart }
  person:
    build: .
    ${WAITS.replaceAll(', ', '\n    ')}
    user: www-data
    deploy: { replicas: 2 }
    develop: { watch: [{ path: ./static, action: sync, target: /static }] }
`;
    tail.mark();
    rig.write('compose.yaml', FILES['compose.yaml'].trimEnd() + rules);
    await tail.next('plan');
    rig.write('hook/status', '3');
    rig.write('hook/h', 'hooked\n');
    const failed = await tail.next('sync-finished', ({ failure }) => failure !== undefined);
    expect(failed.done).toEqual(['synced']);
    expect(failed.failure?.detail).toEqual(expect.arrayContaining(['hooked', 'sick']));
    expect(failed.failure?.what).toContain('ended with exit status 3');
    const status = await rig.dev(['status']);
    expect(status.stdout).toContain('ended with exit status 3');
    tail.mark();
    rig.write('bell', 'ring');
    expect((await tail.next('sync-finished')).done).toEqual(['restarted']);
    rig.write('hook/status', '0');
    await tail.next('problem-solved', ({ key }) => key === 'sync:web');
    tail.mark();
    rig.write('static/b.txt', 'no');
    rig.write('static/b.css', 'second');
    const synced = await tail.next('sync-finished', ({ service }) => service === 'web');
    expect(synced.paths).toEqual(['static/b.css']);
    await tail.next('sync-finished', ({ service }) => service === 'person');
    for (const copy of ['person-1', 'person-2']) {
      const listed = await rig.run([
        ...['docker', 'exec', `${rig.name}-${copy}`, 'stat', '-c', '%U:%G', '/static/b.txt'],
      ]);
      expect(listed.stdout.trim()).toBe('www-data:www-data');
    }
    // A container that is made anew gets what was there before.
    expect((await rig.dev(['up', '--detach', '--recreate=web'])).status).toBe(0);
    await waitFor(
      'the first sync',
      async () => (await inside(rig, 'cat /static/a.css')) === 'first',
    );
    expect(await inside(rig, 'ls /static')).toBe('a.css\nb.css');
  });

  it('reaches what only processes of a container see, and says where it cannot', async () => {
    const service = (more: string): string =>
      `{ image: debian:trixie-slim, ${WAITS}, ${more}, develop: { watch: [{ path: src, action: sync, target: /app/src }] } }`;
    const rig = rigForTest({
      files: {
        'compose.yaml': `
services:
  memory: ${service("tmpfs: ['/app']")}
  volume: ${service("read_only: true, user: '33:33', volumes: ['kept:/app']")}
  nowhere: ${service('read_only: true')}
volumes: { kept: {} }
`,
        'src/a': 'one',
      },
    });
    named(rig);
    expect((await rig.dev(['up', '--detach'])).status).toBe(0);
    rig.write('src/a', 'two');
    for (const name of ['memory', 'volume']) {
      await waitFor(`the file in ${name}`, async () => {
        return (await inside(rig, 'cat /app/src/a', name)) === 'two';
      });
    }
    expect(await inside(rig, 'stat -c %u:%g /app/src/a', 'volume')).toBe('33:33');
    const status = await waitFor('the failure', async () => {
      const { stdout } = await rig.dev(['status']);
      return stdout.includes('could not be synced') && stdout;
    });
    expect(status).toContain(`files could not be synced into ${container(rig, 'nowhere')}`);
    expect(status).toContain('the container is read_only, but for what is mounted');
  });

  it('follows a rule’s folder where a link leads to another one', async () => {
    const rig = rigForTest({
      files: {
        'compose.yaml': `
services:
  web: { image: debian:trixie-slim, ${WAITS}, develop: { watch: [{ path: current, action: sync, target: /app }] } }
`,
        'v1/a': '1',
        'v2/a': '2',
      },
    });
    named(rig);
    symlinkSync('v1', rig.path('current'));
    expect((await rig.dev(['up', '--detach'])).status).toBe(0);
    rig.write('v1/a', 'one');
    await waitFor('the first', async () => (await inside(rig, 'cat /app/a')) === 'one');
    rmSync(rig.path('current'));
    symlinkSync('v2', rig.path('current'));
    let tries = 0;
    await waitFor('the other', async () => {
      tries += 1;
      rig.write('v2/a', `two ${String(tries)}`);
      return (await inside(rig, 'cat /app/a')).startsWith('two');
    });
  });

  it('tells of a rule that can do nothing, and syncs from beside the project', async () => {
    const rig = rigForTest({
      files: {
        'app/compose.yaml': `
services:
  web:
    image: debian:trixie-slim
    ${WAITS.replaceAll(', ', '\n    ')}
    volumes: ['./src:/src']
    develop:
      watch:
        - { path: ./src/x, action: sync, target: /x }
        - { path: ../shared, action: sync, target: /shared }
`,
        'app/src/x/a': '1',
        'shared/a': '1',
      },
    });
    rig.write('app/.env', `COMPOSE_PROJECT_NAME=${rig.name}\n`);
    const project = ['--project', rig.path('app')];
    expect((await rig.dev([...project, 'trust'])).status).toBe(0);
    const up = await rig.dev([...project, 'up', '--detach']);
    expect(up.status, up.stderr).toBe(0);
    await waitFor('the warning', async () =>
      (await rig.dev([...project, 'status'])).stdout.includes(
        'develop.watch of web does nothing with src/x',
      ),
    );
    let tries = 0;
    await waitFor('the sync', async () => {
      tries += 1;
      rig.write('shared/a', `two ${String(tries)}`);
      return (await inside(rig, 'cat /shared/a')).startsWith('two');
    });
    await rig.dev([...project, 'down', '--volumes', '--no-snapshot']);
  });
});
