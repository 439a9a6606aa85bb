import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tailEvents } from '../support/event-tail.ts';
import { REPOSITORY, rigForTest } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

// The limits are those of a user namespace: in one of its own a session meets them for real.
const canLimit =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-Ur', 'sh', '-c', 'echo 4 >/proc/sys/user/max_inotify_watches']).status ===
    0;
const title = canLimit ? '' : ' (not here: no user namespace of its own to be had)';

it.skipIf(!canLimit).each([
  ['max_inotify_watches', 4, 'fs.inotify.max_user_watches'],
  ['max_inotify_instances', 0, 'fs.inotify.max_user_instances'],
])(
  `the limit %s is named, and files are looked at instead${title}`,
  async (name, limit, sysctl) => {
    const rig = rigForTest({
      files: {
        'dev.yaml': 'name: limit\nmodules:\n  app: { image: node, test: sh test.sh }\n',
        'app/test.sh': 'echo fine\n',
        'app/a/b/c/d/e/f/file': '',
      },
    });
    const up = await rig.dev(['up', '--yes', '--detach', '--no-watch']);
    expect(up.status, up.stderr).toBe(0);
    const limited = `echo ${String(limit)} >/proc/sys/user/${name} && exec "$@"`;
    const check = [process.execPath, `${REPOSITORY}/dist/main.js`, 'watch'];
    const starter = rig.run(['unshare', '-Ur', 'sh', '-c', limited, 'sh', ...check]);
    // The session has to be the one in the namespace, not one that the next command starts.
    await waitFor('the session', () => existsSync(rig.places().session.socket));
    const tail = await tailEvents(rig);
    const watching = await tail.next('watching', ({ mode }) => mode === 'poll');
    expect(watching.reason).toContain(sysctl);
    expect(watching.reason).toContain('sudo sysctl');

    // A save, and a file in a folder that is new and as deep as it gets.
    for (const path of ['app/test.sh', 'app/a/b/c/new/deeper/file']) {
      tail.mark();
      rig.write(path, 'echo better\n');
      const change = await tail.next('change');
      expect(change.paths).toEqual([path]);
      const settled = await tail.next('settled', (event) => event.save === change.save);
      expect(settled).toMatchObject({ passed: 1, failed: 0 });
    }
    expect((await rig.dev(['status'])).stdout).toContain(sysctl);
    expect((await rig.dev(['down'])).status).toBe(0);
    await starter;
  },
);
