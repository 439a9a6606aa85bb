import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { alive } from '../support/alive.ts';
import { rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const DEV_YAML = 'name: mute\nmodules: { api: { image: node, run: sleep infinity } }\n';
const suite = rigForSuite({ files: { 'dev.yaml': DEV_YAML, 'api/main.js': '' } });

interface Status {
  readonly session: { readonly pid: number; readonly running: boolean };
}

async function session(): Promise<number> {
  const status = await suite().dev(['status', '--json']);
  const { session: own } = JSON.parse(status.stdout) as Status;
  expect(own.running, status.stdout).toBe(true);
  return own.pid;
}

it('a session watches beside a link through a file; frozen, it keeps nobody from up or down', async () => {
  symlinkSync('main.js/x', suite().path('api/enotdir'));
  const up = await suite().dev(['up', '--yes', '--detach']);
  expect(up.status, suite().transcript()).toBe(0);
  await waitFor('the watch', async () =>
    (await suite().dev(['status'])).stdout.includes('watching by events'),
  );

  const first = await session();
  process.kill(first, 'SIGSTOP');
  expect((await suite().dev(['up', '--detach'])).status, suite().transcript()).toBe(0);
  await waitFor('the end of the first session', () => !alive(first));
  const second = await session();
  expect(second).not.toBe(first);

  process.kill(second, 'SIGSTOP');
  const down = await suite().dev(['down']);
  expect(down.status, suite().transcript()).toBe(0);
  expect(down.stdout).toContain('freed 1 container');
  await waitFor('the end of the second session', () => !alive(second));

  // Nobody writes into it: who reads it waits for ever.
  rmSync(suite().path('dev.yaml'));
  execFileSync('mkfifo', [suite().path('dev.yaml')]);
  const pipe = await suite().dev(['up', '--detach']);
  expect(pipe.status).not.toBe(0);
  expect(pipe.stderr).toContain('it is a named pipe');
  rmSync(suite().path('dev.yaml'));
  symlinkSync('/dev/zero', suite().path('dev.yaml'));
  expect((await suite().dev(['status'])).stderr + (await suite().dev(['up'])).stderr).toContain(
    'it is a device',
  );
  rmSync(suite().path('dev.yaml'));
  suite().write('dev.yaml', DEV_YAML.replace('mute', suite().name));
});
