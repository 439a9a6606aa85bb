import { join } from 'node:path';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { REPOSITORY, rigForTest } from '../support/rig.ts';
import { smallProject } from '../support/small-project.ts';
import { waitFor } from '../support/wait-for.ts';

const UP = ['up', '--yes', '--detach'];

describe('a folder', () => {
  it('keeps its name, containers and data when it is moved, and when the project is renamed', async () => {
    const rig = rigForTest({ files: smallProject(await freePort()) });
    expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
    const inStore = (script: string) =>
      rig.run(['docker', 'exec', '--user=0', `${rig.name}-store-1`, 'sh', '-c', script], {
        cwd: '/',
      });
    await inStore('echo kept >/data/mark');

    const moved = `${rig.directory}-moved`;
    renameSync(rig.directory, moved);
    onTestFinished(() => {
      if (existsSync(moved)) renameSync(moved, rig.directory);
    });
    const status = await rig.dev(['status', '--json'], { cwd: moved });
    expect(JSON.parse(status.stdout)).toMatchObject({ instance: rig.name });
    const up = await rig.dev(UP, { cwd: moved });
    expect(up.status, rig.transcript()).toBe(0);
    expect(up.stdout).toContain(`${rig.name} is up`);
    expect((await inStore('cat /data/mark')).stdout).toBe('kept\n');
    await rig.dev(['down'], { cwd: moved });
    renameSync(moved, rig.directory);

    expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
    rig.write(
      'dev.yaml',
      rig.read('dev.yaml').replace(`name: ${rig.name}`, 'name: ostest-renamed'),
    );
    const renamed = await rig.dev(UP);
    expect(renamed.status, rig.transcript()).toBe(0);
    expect(renamed.stderr).toContain(`goes on as ${rig.name}`);
    expect((await inStore('cat /data/mark')).stdout).toBe('kept\n');
  });

  it('touches nothing of another project that has its name', async () => {
    const rig = rigForTest({ files: smallProject(await freePort()) });
    expect((await rig.dev(['images', 'build', 'os', '--yes'])).status).toBe(0);
    const { images } = JSON.parse((await rig.dev(['images', '--json'])).stdout) as {
      images: readonly { readonly name: string; readonly reference: string }[];
    };
    const image = images.find(({ name }) => name === 'os')?.reference ?? '';
    // Another folder's: what plain Compose made of files of this one is this project's own.
    const elsewhere = `${rig.directory}-elsewhere`;
    const file = join(elsewhere, 'compose.yaml');
    onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
    mkdirSync(elsewhere);
    writeFileSync(
      file,
      `services: { store: { image: '${image}', command: [sleep, infinity], init: true } }\n`,
    );
    const compose = ['docker', 'compose', '-p', rig.name, '-f', file];
    expect((await rig.run([...compose, 'up', '--detach'])).status).toBe(0);
    onTestFinished(async () => {
      await rig.run([...compose, 'down', '--timeout', '0']);
    });
    const up = await rig.dev(UP);
    expect(up.status).toBe(2);
    expect(up.stderr).toContain(file);
    await rig.dev(['down', '--volumes', '--no-snapshot']);
    const left = await rig.run([...compose, 'ps', '--quiet']);
    expect(left.stdout.trim()).not.toBe('');
  });
});

it('is refused with the reason where its name is not UTF-8', async () => {
  const rig = rigForTest();
  const script = `d=$(printf 'bad\\377'); mkdir -p "$d"; cd "$d"; echo 'services: {}' > compose.yaml; "$@"`;
  for (const command of ['up', 'status', 'init']) {
    const argv = ['sh', '-c', script, 'sh'];
    const ended = await rig.run([...argv, process.execPath, `${REPOSITORY}/dist/main.js`, command]);
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain('is not UTF-8');
    expect(ended.stderr).toContain('fix: Give it another name');
  }
});

it('may be called anything: its files are mounted and followed', async () => {
  const rig = rigForTest();
  const folder = ` -a:b\\c\n$HOME "d'#e\u0301 `;
  const cwd = join(rig.directory, folder);
  const files = {
    'dev.yaml': `name: ${rig.name}\n`,
    'compose/base.yaml': `services:
  x:
    image: onestack/os
    init: true
    stop_grace_period: 0s
    command: sleep infinity
    env_file: [x.env]
    volumes: ['./conf.txt:/conf.txt:ro', './made:/made']
`,
    'conf.txt': 'of the project',
    'x.env': 'EDITED=no\n',
  };
  for (const [path, text] of Object.entries(files)) rig.write(join(folder, path), text);
  onTestFinished(async () => {
    await rig.dev(['down'], { cwd });
  });
  expect((await rig.dev(UP, { cwd })).status, rig.transcript()).toBe(0);
  const inside = async (script: string): Promise<string> =>
    (await rig.run(['docker', 'exec', `${rig.name}-x-1`, 'sh', '-c', script])).stdout;
  expect(await inside('cat /conf.txt && ls -d /made')).toBe('of the project/made\n');
  expect((await rig.dev(UP, { cwd })).stdout).toContain('nothing to do');
  rig.write(join(folder, 'x.env'), 'EDITED=yes\n');
  await waitFor('the edit', async () => (await inside('echo $EDITED')) === 'yes\n');
  // The image's tini is not the first process there, and says nothing of it.
  expect((await rig.run(['docker', 'logs', `${rig.name}-x-1`])).stderr).toBe('');
});

it('dev clean keeps the credentials of data that stays', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml': 'name: kept\nservices:\n  cache: { from: redis }\n',
    },
  });
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  const before = readFileSync(join(rig.places().secrets, 'cache-password'), 'utf8');
  expect((await rig.dev(['clean', '--yes'])).stdout).toContain('but secrets');
  expect(existsSync(rig.path('.dev/compose.yaml'))).toBe(false);
  expect(readFileSync(join(rig.places().secrets, 'cache-password'), 'utf8')).toBe(before);
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  expect(readFileSync(join(rig.places().secrets, 'cache-password'), 'utf8')).toBe(before);
  expect((await rig.dev(['clean', '--yes', '--volumes'])).status).toBe(0);
  expect(existsSync(rig.path('.dev'))).toBe(false);
});

it('a credential made by a dev up that then failed reaches its containers with the next one', async () => {
  // No session, which would follow the edits by itself.
  const up = [...UP, '--no-watch'];
  const definition = 'name: renewed\nservices:\n  cache: { from: redis }\n';
  const rig = rigForTest({ files: { 'dev.yaml': definition } });
  expect((await rig.dev(up)).status, rig.transcript()).toBe(0);
  const before = readFileSync(join(rig.places().secrets, 'cache-password'), 'utf8');
  rmSync(join(rig.places().secrets, 'cache-password'));
  // It goes wrong once credentials are there; what does not hang on the failure is done all the same.
  rig.write('dev.yaml', `${definition}modules:\n  app: { image: broken, run: sleep 1d }\n`);
  rig.write('base-images/broken/Dockerfile', 'FROM onestack/os\nRUN exit 3\n');
  rig.write('app/main.sh', '');
  const failed = await rig.dev(up);
  expect(failed.status, rig.transcript()).toBe(1);
  const renewed = readFileSync(join(rig.places().secrets, 'cache-password'), 'utf8');
  expect(renewed).not.toBe(before);
  rig.write('dev.yaml', definition);
  const second = await rig.dev(up);
  expect(second.status, second.stderr).toBe(0);
  expect(failed.stderr + second.stderr).toContain('its credential cache-password is a new one');
  const told = await rig.run([
    'docker',
    'exec',
    `${rig.name}-cache-1`,
    'cat',
    '/run/secrets/password',
  ]);
  expect(told.stdout, told.stderr).toBe(renewed);
  const again = await rig.dev(up);
  expect(again.stdout + again.stderr).not.toContain('recreate');
  await rig.dev(['down', '--volumes', '--no-snapshot']);
});
