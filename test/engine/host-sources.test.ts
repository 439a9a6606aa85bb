import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
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
