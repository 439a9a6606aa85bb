import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { smallProject } from '../support/small-project.ts';
import { waitFor } from '../support/wait-for.ts';

/** What code in a container tries, as it would be done: from inside, with the real engine. */
const UP = ['up', '--yes', '--detach'];

describe('code in a module', () => {
  const rig = rigForSuite({
    files: {
      ...smallProject(0),
      // Reads a folder of the project that the module writes.
      'compose/dev.yaml': `services:
  reader:
    image: onestack/os
    command: [sleep, infinity]
    init: true
    restart: unless-stopped
    volumes: ['./data:/data', './site/index.html:/site/index.html']
  synced:
    image: onestack/os
    command: [sleep, infinity]
    init: true
    develop: { watch: [{ action: sync, path: ./synced, target: /synced, initial_sync: true }] }
`,
      'data/own.txt': 'own\n',
      'synced/sub/secret': 'own\n',
      'site/index.html': 'index\n',
      dev: readFileSync(join(REPOSITORY, 'dev'), 'utf8').replace(
        /^pin=.*$/m,
        "pin='onestack-dev@9.9.9'",
      ),
    },
  });
  const run = (service: string, script: string) =>
    rig().run(['docker', 'exec', `${rig().name}-${service}-1`, 'sh', '-c', script]);
  const git = (...args: readonly string[]) =>
    rig().run(['git', '-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args]);

  it('leaves no hook, no program in git’s configuration and no launcher to the person', async () => {
    await git('init', '--quiet');
    expect((await rig().dev(UP)).status, rig().transcript()).toBe(0);
    const proof = rig().path('owned');
    const write = `cd /workspace
      for hook in post-checkout pre-commit; do printf '#!/bin/sh\ntouch ${proof}\n' >.git/hooks/$hook; chmod +x .git/hooks/$hook; done
      printf '[core]\n\tfsmonitor = touch ${proof}; false\n\thooksPath = evil\n' >>.git/config
      printf '../evil\n' >.git/commondir
      mv .git away; rm -rf .git; rm -f dev; mv data/own.txt dev
      ln -sfn evil .git; printf '#!/bin/sh\ntouch ${proof}\n' >dev; ln -sf /workspace/evil dev`;
    await run('web', write);
    await git('status');
    await git('commit', '--quiet', '--allow-empty', '-m', 'one');
    expect(existsSync(proof)).toBe(false);
    expect(lstatSync(rig().path('.git')).isDirectory()).toBe(true);
    expect(rig().read('dev')).toContain("pin='onestack-dev@9.9.9'");
    // What it is needed for goes on: the commit that the person made is seen inside.
    const head = (await git('rev-parse', 'HEAD')).stdout.trim();
    const read = 'cat /workspace/.git/$(sed "s/ref: //" /workspace/.git/HEAD)';
    expect((await run('web', read)).stdout.trim()).toBe(head);
  });

  it('finds no socket of the dashboard, where it once was or anywhere else', async () => {
    const dashboard = rig().startDev(['dash', '--serve']);
    await waitFor('its socket', () => Promise.resolve(existsSync(rig().places().dashboard.socket)));
    const looked = await run(
      'web',
      `find / -xdev -type s 2>/dev/null; node -e "
        require('node:net').connect('/workspace/.dev/dash.sock').on('error', (e) => console.log(e.code))"`,
    );
    expect(looked.stdout).toBe('ENOENT\n');
    dashboard.killGroup();
  });

  it('gets no file of the host synced by a link in the place of a folder', async () => {
    const outside = `${rig().directory}-home/outside`;
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, 'secret'), 'of the host');
    const seen = async (path: string) => (await run('synced', `cat ${path}`)).stdout;
    await waitFor('the first sync', async () => (await seen('/synced/sub/secret')) === 'own\n');
    await run('web', `cd /workspace/synced && mv sub ../was && ln -s ${outside} sub`);
    await run('web', 'cd /workspace/synced && echo 1 >later');
    await waitFor('what came after it', async () => (await seen('/synced/later')) === '1\n');
    // Wherever the archive's link has led it to.
    const found = await run('synced', `grep -rs 'of the host' /synced ${outside} | head -n 1`);
    expect(found.stdout).toBe('');
  });

  const state = async (service: string): Promise<string> => {
    const format = ['-f', '{{.State.Status}}'];
    const argv = ['docker', 'inspect', ...format, `${rig().name}-${service}-1`];
    return (await rig().run(argv)).stdout.trim();
  };

  it('gets nothing mounted by a link in the place of a folder: dev up asks', async () => {
    await run('web', 'cd /workspace && mv data kept && ln -s /etc data');
    const up = await rig().dev(UP);
    expect(up.status).toBe(2);
    expect(up.stderr).toContain('services.reader.volumes: /etc at /data, writable');
    expect(await run('reader', 'ls /data')).toMatchObject({ stdout: 'own.txt\n' });
  });

  it('nor when the engine starts it by itself, which follows the link: it is ended', async () => {
    // Its first process ends, by whatever means; the engine starts it again and mounts /etc.
    await run('reader', 'kill 1');
    await waitFor('the session to end it', async () => (await state('reader')) === 'exited');
    await waitFor('the session to tell it', async () =>
      (await rig().dev(['status'])).stdout.includes('/data was swapped'),
    );
    await run('web', 'cd /workspace && rm data && mv kept data');
    expect((await rig().dev(UP)).status, rig().transcript()).toBe(0);
    expect(await run('reader', 'ls /data')).toMatchObject({ stdout: 'own.txt\n' });
  });

  it('nor when the link is put there while dev up is at work', async () => {
    expect((await rig().dev(['down'])).status).toBe(0);
    const before = rig().read('dev.yaml');
    // The reader waits for the module, whose compile is code of a container.
    rig().write('dev.yaml', `${before}    compile: mv ../data ../kept && ln -s /etc ../data\n`);
    rig().write(
      'compose/dev/order.yaml',
      'services: { reader: { depends_on: { web: { condition: service_healthy } } } }\n',
    );
    const up = await rig().dev(UP);
    expect(up.status).toBe(1);
    expect(up.stderr).toContain('reader must not run: what it mounts from');
    expect(up.stderr).toContain('/data was swapped');
    expect(up.stderr).toContain('leads to /etc now');
    expect(await state('reader')).not.toBe('running');
  });
});
