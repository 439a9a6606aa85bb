import { existsSync, rmSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { alive } from '../support/alive.ts';
import { tailEvents } from '../support/event-tail.ts';
import { findProcesses } from '../support/find-process.ts';
import { openScreen } from '../support/pty-screen.ts';
import { REPOSITORY, rigForTest } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

it('a session whose project is deleted ends, and leaves no process behind', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml':
        'name: gone\nmodules:\n  app: { image: node, compile: sh compile.sh, test: sh test.sh }\n',
      'app/compile.sh': 'echo fine\n',
      'app/test.sh': 'echo fine\n',
    },
  });
  const up = await rig.dev(['up', '--yes', '--detach']);
  expect(up.status, up.stderr).toBe(0);
  const tail = await tailEvents(rig);
  const screen = await openScreen([process.execPath, `${REPOSITORY}/dist/main.js`, 'dash'], {
    cwd: rig.directory,
  });
  onTestFinished(() => screen.close());
  await screen.until('the overview', /overview/i);
  rig.write('app/test.sh', 'sleep 4761\n');
  await tail.next('check-started', ({ check }) => check === 'test');
  const ours = (): readonly number[] => findProcesses(rig.directory).filter(alive);
  // The dashboard draws before its host is there.
  await waitFor('the session and the host of the panes', () => ours().length === 2);

  // Who deletes it may meet a file that is just being written, and deletes again.
  await waitFor('the end of the folder', () => {
    rmSync(rig.directory, { recursive: true, force: true });
    return true;
  });
  const stopping = await tail.next('session-stopping');
  expect(stopping.reason).toBe('the project’s folder is gone');
  await waitFor('the end of all processes', () => ours().length === 0);
  expect((await tail.program.finished).status).toBe(0);
  await screen.exited;
  await waitFor('the end of the shells in the container', async () => {
    const top = await rig.run(['docker', 'top', `${rig.name}-app-1`, '-o', 'pid,args'], {
      cwd: '/',
    });
    return top.status === 0 && !/sleep 4761| sh$/m.test(top.stdout);
  });
  // Nothing of it was made again, by a log or a state that is still written.
  expect(existsSync(rig.directory)).toBe(false);
});
