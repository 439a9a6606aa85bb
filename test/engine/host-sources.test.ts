import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { rigForTest } from '../support/rig.ts';

const UP = ['up', '--yes', '--detach'];
/** A person of her own, who may use the engine: its socket is of the group of its owner. */
const PERSON = { uid: 4321, gid: 4321, groups: [statSync('/var/run/docker.sock').gid] };

it('makes folders that are mounted as the person’s own, and no folder in place of a file', async () => {
  const rig = rigForTest({
    person: PERSON,
    files: {
      'dev.yaml': 'name: sources\n',
      'compose/base.yaml': `services:
  a:
    image: onestack/os
    init: true
    command: sleep infinity
    volumes: ['./conf/app.toml:/etc/app.toml', './data/deep:/data']
`,
    },
  });
  const refused = await rig.dev(UP);
  expect(refused.status, rig.transcript()).toBe(2);
  expect(refused.stderr).toContain(`a is given ${rig.path('conf/app.toml')}, which is not there`);
  expect(refused.stderr).toContain('compose/base.yaml:6:15');
  expect((await rig.run(['ls', '-A'])).stdout).not.toMatch(/conf|data/);
  await rig.run(['sh', '-c', 'mkdir conf && echo x = 1 >conf/app.toml']);
  const dry = await rig.dev(['up', '--dry-run']);
  expect(dry.status, rig.transcript()).toBe(0);
  expect((await rig.run(['ls'])).stdout).not.toContain('data');
  const up = await rig.dev(UP);
  expect(up.status, rig.transcript()).toBe(0);
  expect(up.stderr).toContain('made the folder data/deep, which is mounted');
  expect(statSync(rig.path('data/deep')).uid).toBe(PERSON.uid);
  expect((await rig.dev(UP)).stdout).toContain('nothing to do');
});

it('refuses what neither the person nor the engine can make, and says what is in its place', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml': 'name: obstacles\n',
      'compose/base.yaml': `services:
  a:
    image: onestack/os
    command: sleep infinity
    volumes:
      - ./link:/link
      - ./link/below:/below
      - ./dev.yaml/below:/file
`,
    },
  });
  await rig.run(['ln', '-s', 'nowhere', 'link']);
  const refused = await rig.dev(UP);
  expect(refused.status, rig.transcript()).toBe(2);
  const link = `${rig.path('link')} is a link to nowhere, and that is not there`;
  const places = refused.stderr.match(/base\.yaml:\d+/g);
  expect(places).toEqual(['base.yaml:6', 'base.yaml:7', 'base.yaml:8']);
  expect(refused.stderr.split(link)).toHaveLength(3);
  expect(refused.stderr).toContain(`${rig.path('dev.yaml')} is a file`);
});

it('tells what the engine makes as root’s, and takes for there what only the engine can see', async () => {
  const place = mkdtempSync(join(tmpdir(), 'onestack-hidden-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  // Others go through the first, and write nothing; into the second nobody else looks.
  mkdirSync(join(place, 'open'), { mode: 0o755 });
  mkdirSync(join(place, 'hidden'), { mode: 0o700 });
  writeFileSync(join(place, 'hidden/key.pem'), 'a key');
  chmodSync(place, 0o755);
  const rig = rigForTest({
    person: PERSON,
    files: {
      'dev.yaml': 'name: hidden\n',
      'compose/base.yaml': `services:
  a:
    image: onestack/os
    user: root
    init: true
    command: sleep infinity
    volumes: ['${place}/hidden/key.pem:/key.pem', '${place}/hidden/data:/data', '${place}/open/more:/more']
`,
    },
  });
  expect((await rig.dev(['trust'])).status).toBe(0);
  const up = await rig.dev(UP);
  expect(up.status, rig.transcript()).toBe(0);
  expect(up.stderr).toContain(
    `cannot see whether ${place}/hidden/key.pem is there, which a is given`,
  );
  expect(up.stderr).toContain(`cannot see whether ${place}/hidden/data is there, which a is given`);
  expect(up.stderr).toContain(`may not make ${place}/open/more, which a is given`);
  const read = await rig.dev(['shell', 'a', '--', 'cat', '/key.pem']);
  expect(read).toMatchObject({ status: 0, stdout: 'a key' });
  expect((await rig.dev(UP)).stdout).toContain('nothing to do');
});
