import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rigForTest } from '../support/rig.ts';

const ANN = 54_337;

it('volumes of a module are the person’s, as long as nobody has written to them', async () => {
  const rig = rigForTest({
    person: { uid: ANN, gid: ANN, groups: [statSync('/var/run/docker.sock').gid] },
    files: {
      'dev.yaml': 'name: x\nmodules:\n  web: { path: ., image: node, run: sleep 1d }\n',
      'compose/base.yaml': `
services:
  seed: { image: onestack/os, user: '0:0', command: [sh, -c, 'echo 1 >/shared/seed'], volumes: ['shared:/shared'] }
  web:
    volumes: ['data:/srv/own data', 'shared:/shared', 'read:/read:ro', /anonymous]
    depends_on: { seed: { condition: service_completed_successfully } }
volumes: { data: , shared: , read: }
`,
    },
  });
  const up = await rig.dev(['up', '--yes', '--detach', '--no-watch']);
  expect(up.status, up.stderr).toBe(0);
  const owners = async (): Promise<string> => {
    const folders = ['/srv/own data', '/shared', '/read', '/anonymous'];
    return (await rig.dev(['shell', 'web', '--', 'stat', '-c', '%u %a %n', ...folders])).stdout;
  };
  // Root writes to the shared one first, and it is the person's all the same.
  const expected = `${ANN} 755 /srv/own data\n${ANN} 755 /shared\n0 755 /read\n${ANN} 755 /anonymous\n`;
  expect(await owners()).toBe(expected);
  // Much of it: the engine waits for whoever looks.
  const fill = 'echo kept >"/srv/own data/x"; head -c 100000000 /dev/zero >"/srv/own data/y"';
  const write = await rig.dev(['shell', 'web', '--', 'sh', '-c', fill]);
  expect(write.status, write.stderr).toBe(0);
  const again = await rig.dev(['up', '--yes', '--detach', '--no-watch', '--recreate=web']);
  expect(again.status, again.stderr).toBe(0);
  const read = await rig.dev(['shell', 'web', '--', 'cat', '/srv/own data/x']);
  expect(read.stdout).toBe('kept\n');
  expect(await owners()).toBe(expected);
});
