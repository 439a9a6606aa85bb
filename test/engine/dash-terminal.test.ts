import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BASH, MAIN, dashBench, window } from '../support/dash-bench.ts';
import { findProcesses, parentOf } from '../support/find-process.ts';
import { openScreen } from '../support/pty-screen.ts';
import type { Screen, ScreenOptions } from '../support/pty-screen.ts';
import { rigForTest } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the terminal is given back', () => {
  /** A shell on a terminal, the dashboard in it, and what the shell sees after `end`. */
  async function afterwards(
    end: (pid: number, screen: Screen) => void | Promise<void>,
    env: ScreenOptions['env'] = {},
  ): Promise<void> {
    const { rig } = await dashBench([window('one', 'columns', BASH)]);
    const screen = await openScreen(['bash', '--norc', '--noprofile'], {
      cwd: rig.directory,
      env: { PS1: 'outer> ', ...env },
      columns: 100,
      rows: 24,
    });
    await screen.until('the outer shell', /outer> /);
    screen.send(
      `stty -a > before; ${process.execPath} ${MAIN} dash; stty -a > after; touch over\r`,
    );
    await screen.until('the dashboard', /^pane>/m);
    const [pid = 0] = findProcesses(MAIN, 'dash').filter((one) => parentOf(one) === screen.pid);
    await end(pid, screen);
    await waitFor('the outer shell again', () => existsSync(rig.path('over')));
    expect(rig.read('after')).toBe(rig.read('before'));
    // After a kill the shell can be quicker than the guardian: what it says first then goes with the
    // screen that it was written to.
    await waitFor('the screen', () => !screen.emulator.modes().alternateScreen);
    await waitFor('the cursor', () => screen.emulator.cursor() !== undefined);
    expect(screen.emulator.modes().mouse).toBe('none');
    screen.send('\recho typed\r');
    await screen.until('an echo of what is typed', /outer> echo typed\ntyped/);
    screen.close();
  }

  it('after leaving it', () => afterwards((_pid, screen) => screen.send('\x02d')));
  it('after SIGTERM', () => afterwards((pid) => void process.kill(pid, 'SIGTERM')));
  it('after SIGINT', () => afterwards((pid) => void process.kill(pid, 'SIGINT')));
  it('after SIGKILL', () => afterwards((pid) => void process.kill(pid, 'SIGKILL')));

  it.each([
    ['an exception', 'throw new Error("out of luck")'],
    ['a rejection', 'Promise.reject(new Error("out of luck"))'],
  ])('after a crash by %s, which is explained', (_what, crash) =>
    afterwards(
      async (pid, screen) => {
        process.kill(pid, 'SIGUSR2');
        await screen.until(
          'the explanation',
          /error: dev has crashed: Error: out of luck\n +why: [^]*\n +fix: .*--verbose/,
        );
      },
      // A bug of ours, put in from outside: Node runs this before the program.
      {
        NODE_OPTIONS: `--import="data:text/javascript,process.on('SIGUSR2',()=>{${encodeURIComponent(crash)}})"`,
      },
    ),
  );

  it('while it is suspended, and taken again when it is resumed', () =>
    afterwards(async (pid, screen) => {
      process.kill(pid, 'SIGTSTP');
      await screen.until('the outer shell', /Stopped/);
      expect(screen.emulator.modes().alternateScreen).toBe(false);
      // Only the foreground is told of this.
      screen.resize(70, 18);
      screen.send('fg\r');
      await screen.until('the dashboard again', /^pane>[^]*0:overview/m);
      screen.send(`until [ "$(stty size)" = '16 70' ]; do sleep 0.1; done; echo fi''ts\r`);
      await screen.until('its new size', /^fits$/m);
      screen.send('\x02d');
      // `fg` ran after the line had gone on: look again.
      await screen.until('the outer shell', /goes on running/);
      screen.resize(100, 24);
      screen.send('stty -a > after; echo once mo""re\r');
      await screen.until('the second look', /^once more$/m);
    }));
});

describe('without a terminal', () => {
  it('is not tried', async () => {
    const { rig } = await dashBench([window('one', 'columns', BASH)]);
    const ran = await rig.dev(['dash']);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('needs a terminal');
    const dumb = await openScreen([process.execPath, MAIN, 'dash'], {
      cwd: rig.directory,
      env: { TERM: 'dumb' },
    });
    expect(await dumb.exited).toBe(2);
    expect(dumb.output()).not.toContain('\x1b[?1049h');
  });

  it('nor without a session', async () => {
    const rig = rigForTest({ files: { 'dev.yaml': 'name: x\n' } });
    const screen = await openScreen([process.execPath, MAIN, 'dash'], { cwd: rig.directory });
    expect(await screen.exited).toBe(1);
    expect(screen.text()).toContain('dev up');
  });
});
