import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { liveBench } from '../support/live-bench.ts';
import { openScreen } from '../support/pty-screen.ts';
import type { Screen } from '../support/pty-screen.ts';
import { REPOSITORY } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const { rig, tail, save, inside, intend } = liveBench();

const GOOD = 'echo fine\n';

describe('dev check', () => {
  it('says so when a named module has no such check', async () => {
    const none = await rig().dev(['check', 'lib', '--only', 'test']);
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('module lib has no test');
    await rig().dev(['settings', 'modules.app.checks.test=false']);
    const off = await rig().dev(['check', 'app', '--only', 'test']);
    expect(off.status).toBe(2);
    expect(off.stderr).toContain('dev settings modules.app.checks.test=true');
  });

  it('ends with Ctrl-C, and so does the command in the container', async () => {
    const number = await save({ 'app/test.sh': 'sleep 4715\n' });
    await tail().next('check-started', ({ check }) => check === 'test');
    await intend({ kind: 'cancel-checks' });
    await tail().next('settled', (event) => event.save === number);
    const processes = () => inside('app', 'sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');
    const check = rig().startDev(['check', 'app']);
    await waitFor('the command', async () => (await processes()).includes('sleep 4715'));
    check.kill('SIGINT');
    expect((await check.finished).status).toBe(130);
    await waitFor('its end', async () => !(await processes()).includes('sleep 4715'));
  });
});

// Each file is written at one stroke: what is emptied first, and filled later, changes twice.
describe('a check that writes files of its module', () => {
  it('starts itself until they stay as they are', async () => {
    const shout = 'made=$(tr a-z A-Z < words); echo "$made" > made\n';
    await save({ 'app/compile.sh': shout, 'app/words': 'shout\n' });
    await tail().next('change', ({ paths }) => paths.includes('app/made'));
    const number = await save({ 'app/other': 'x' });
    await tail().next('settled', (event) => event.save >= number && event.passed === 2);
  });

  it('does not start itself for ever, and is named', async () => {
    await save({ 'app/compile.sh': 'made=$(date +%N); echo "$made" > made\n' });
    const problem = await tail().next('problem', ({ key }) => key === 'loop:app/made');
    expect(problem.failures[0]?.what).toMatch(/^app compile.* writes app\/made/);
    expect(problem.failures[0]?.cure).toContain('ignore');
    // A change of another file is checked: once.
    const number = await save({ 'app/other': 'y' });
    await tail().next('settled', (event) => event.save >= number && event.passed === 2);
    await save({ 'app/compile.sh': GOOD });
    await tail().next('problem-solved', ({ key }) => key === 'loop:app/made');
  });

  it('nor where the file has another name each time', async () => {
    await save({ 'app/compile.sh': 'rm -f report-*; date > report-$(date +%s%N)\n' });
    const problem = await tail().next('problem', ({ key }) => key === 'loop:app/*');
    expect(problem.failures[0]?.what).toMatch(/^app compile.* each time, app\/report-\d+ for one/);
    await save({ 'app/compile.sh': GOOD });
    await tail().next('problem-solved', ({ key }) => key === 'loop:app/*');
  });

  it('nor does a process that writes when it starts', async () => {
    const writes = 'started=$(date +%N); echo "$started" > started';
    const asBefore = rig().read('quiet/run.sh');
    await save({ 'quiet/run.sh': `${writes}\n${asBefore}` });
    const problem = await tail().next('problem', ({ key }) => key === 'loop:quiet/started');
    expect(problem.failures[0]?.what).toMatch(/^the process of quiet.* writes quiet\/started/);
    const number = await save({ 'quiet/other': 'z' });
    await tail().next('settled', (event) => event.save >= number && event.passed === 1);
    // It is started after each compile, and what it wrote would overtake later saves.
    await save({ 'quiet/run.sh': asBefore });
    await tail().next('problem-solved', ({ key }) => key === 'loop:quiet/started');
  });
});

describe('the terminal’s bell and the desktop’s notification', () => {
  it('come when a module turns from good to bad or back, and never otherwise', async () => {
    await rig().dev(['settings', 'notifications.desktop=true']);
    const options = { cwd: rig().directory, columns: 100, rows: 30 };
    const main = `${REPOSITORY}/dist/main.js`;
    const watch = await openScreen([process.execPath, main, 'watch'], options);
    const dash = await openScreen([process.execPath, main, 'dash'], options);
    onTestFinished(() => {
      watch.close();
      dash.close();
    });
    await watch.until('the watch', /watching/);
    // It draws before its host is there; a key is answered by the host, which knows what is good now.
    await dash.until('the dashboard', /watching ·/);
    dash.send('\u0002');
    await dash.until('the host', /C-b …/);
    dash.send('0');
    const rings = (screen: Screen): number => screen.output().split('\u0007').length - 1;
    const notifications = (): number => {
      const path = 'bin/notifications';
      return existsSync(rig().path(path)) ? rig().read(path).trim().split('\n').length : 0;
    };
    const start = { watch: rings(watch), dash: rings(dash) };
    // Good → good, → bad, → bad, → good.
    const steps = ['exit 0\n', 'exit 1\n', 'exit 2\n', 'exit 00\n'];
    const expected = [0, 1, 1, 2];
    // A save is overtaken where a change that was held back is checked meanwhile.
    const result = async (from: number): Promise<void> => {
      const one = ({ save, passed, failed }: { save: number; passed: number; failed: number }) =>
        save >= from && passed + failed === 1;
      const { save: last } = await tail().next('settled', one);
      await watch.until('the result', new RegExp(`#${last} 1 (passed|failed)`));
    };
    for (const [index, text] of steps.entries()) {
      await result(await save({ 'quiet/compile.sh': text }));
      const times = expected[index];
      await waitFor('as many notifications', () => notifications() === times);
      expect(rings(watch) - start.watch).toBe(times);
      await waitFor('the dashboard’s bell', () => rings(dash) - start.dash === times);
    }
    expect(rig().read('bin/notifications')).toMatch(/quiet a check fails\n.*quiet all checks pass/);
    await rig().dev(['settings', 'notifications.desktop=false', 'notifications.bell=false']);
    await save({ 'quiet/compile.sh': 'exit 3\n' });
    await result(await save({ 'quiet/compile.sh': GOOD }));
    expect([rings(watch) - start.watch, notifications()]).toEqual([2, 2]);
  });
});
