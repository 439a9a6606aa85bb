import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { tailEvents } from '../support/event-tail.ts';
import { findProcesses } from '../support/find-process.ts';
import { rigForTest, type Rig } from '../support/rig.ts';
import { smallDisks } from '../support/small-disk.ts';
import { waitFor } from '../support/wait-for.ts';

const UP = ['up', '--yes', '--detach'];
const HOUR_MS = 3_600_000;
const FILES = {
  'dev.yaml': `name: adverse
modules:
  app: { image: os, install: false, run: sleep infinity, test: sh test.sh }
`,
  'compose/base.yaml': `services:
  db: { image: onestack/os, init: true, user: root, command: sleep infinity, volumes: ['data:/data'] }
volumes: { data: {} }
`,
  'app/test.sh': 'echo fine\n',
  // The clock of whoever reads a file, as far off as that says.
  'off.cjs': `const { readFileSync } = require('node:fs');
const now = Date.now.bind(Date);
Date.now = () => now() + Number(readFileSync(process.env.OFF_BY, 'utf8'));
`,
};

const sessions = (rig: Rig): readonly number[] => findProcesses('__session', rig.directory);

it('a machine that slept, a clock that is set and a .dev that is deleted lose nothing', async () => {
  const rig = rigForTest({ files: FILES });
  const offBy = `${rig.directory}-off`;
  onTestFinished(() => rmSync(offBy, { force: true }));
  const set = (hours: number): void => writeFileSync(offBy, String(hours * HOUR_MS));
  const env = { NODE_OPTIONS: `--require ${rig.path('off.cjs')}`, OFF_BY: offBy };

  // Its lock is a day old for who comes meanwhile: it is asleep, not gone.
  const asleep = rig.startDev([...UP, '--no-watch']);
  const { lock } = rig.places();
  await waitFor('its lock', () => readFileSync(lock, 'utf8').startsWith(`${String(asleep.pid)} `));
  process.kill(asleep.pid, 'SIGSTOP');
  set(24);
  const other = rig.startDev(UP, { env });
  await waitFor('the other one', () => other.stderr().includes('another dev is at work here'));
  expect(other.stderr()).toContain(`and stopped (dev up, process ${String(asleep.pid)})`);
  expect(other.stderr()).toContain(`kill -KILL ${String(asleep.pid)}`);
  process.kill(asleep.pid, 'SIGCONT');
  for (const one of [asleep, other]) expect((await one.finished).status, rig.transcript()).toBe(0);
  expect(other.stdout()).toContain('nothing to do');
  expect(sessions(rig)).toHaveLength(1);

  // The clock of the session goes back, and forth.
  const tail = await tailEvents(rig);
  for (const hours of [-1, 48, 0.5]) {
    set(hours);
    const save = await tail.save({ 'app/test.sh': `echo ${String(hours)}\n` });
    const finished = await tail.next('check-finished', (event) => event.save === save);
    expect(finished.outcome).toBe('passed');
    expect(finished.durationMs).toBeGreaterThanOrEqual(0);
    expect(finished.durationMs).toBeLessThan(HOUR_MS / 4);
    expect((await rig.dev([...UP], { env })).stdout, rig.transcript()).toContain('nothing to do');
  }

  const dev = rig.path('.dev');
  rmSync(dev, { recursive: true });
  const save = await tail.save({ 'app/test.sh': 'echo without\n' });
  await tail.next('check-finished', (event) => event.save === save);
  expect((await rig.dev(['status'])).stdout).toMatch(/✓ +db +up/);
  expect((await rig.dev(['tools', '--', 'true'])).stderr).toContain(
    '.dev/compose.yaml is not there',
  );
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  expect(existsSync(`${dev}/compose.yaml`)).toBe(true);
  expect(sessions(rig)).toHaveLength(1);
  rmSync(dev, { recursive: true });
  expect((await rig.dev(['down'])).stdout).toContain('freed 2 containers, 1 network');
  expect(sessions(rig)).toEqual([]);
});

// Only root can give a folder a disk of its own.
it.skipIf(process.getuid?.() !== 0)(
  'a disk that is full, and folders that cannot be written, are said; down goes, data stays',
  async () => {
    const rig = rigForTest({ files: FILES });
    const home = `${rig.directory}-disk`;
    const env = { XDG_STATE_HOME: home };
    const { disk, readOnly, undo, fill } = smallDisks(rig, () =>
      rig.dev(['clean', '--yes', '--volumes'], { env }),
    );
    /** Ends with 1, and with what is wrong. */
    const fails = async (args: readonly string[], why: string): Promise<void> => {
      const { status, stderr } = await rig.dev(args, { env });
      expect([status, stderr], args.join(' ')).toEqual([1, expect.stringContaining(why)]);
      expect(stderr, args.join(' ')).toMatch(/^ +fix: /m);
    };
    const ends = async (...args: readonly string[]): Promise<string> => {
      const { status, stdout } = await rig.dev(args, { env });
      expect(status, rig.transcript()).toBe(0);
      return stdout;
    };
    await disk(home, '6m');

    await readOnly(home);
    await fails(UP, 'the file system is read-only');
    await undo();
    await ends(...UP);
    await ends('shell', 'db', '--', 'sh', '-c', 'echo kept > /data/file');

    const filler = fill(home);
    rig.write('app/test.sh', 'head -c 200000 /dev/zero | tr "\\0" x; exit 1\n');
    await waitFor('the trouble', async () =>
      /cannot be (?:kept|written)/.test(await ends('status')),
    );
    expect(await ends('status')).toContain('the disk is full');
    await fails(['data', 'snapshot', 'db'], 'the disk is full');
    await fails([...UP, '--recreate=db'], 'the disk is full');
    expect(await ends('status')).toMatch(/✓ +db +up/);
    expect(await ends('down')).toContain('freed 2 containers');
    expect(sessions(rig)).toEqual([]);
    const left = readdirSync(home, { recursive: true, encoding: 'utf8' });
    expect(left.filter((path) => /\.tmp$|\.taking/.test(path))).toEqual([]);
    rmSync(filler);

    const noWatch = [...UP, '--no-watch'];
    await ends(...noWatch);
    await readOnly(rig.directory);
    expect(await ends(...noWatch)).toContain('nothing to do');
    await fails(['settings', 'apply=ask'], 'the file system is read-only');
    await readOnly(home);
    await fails([...noWatch, '--recreate'], 'the file system is read-only');
    await fails(['data', 'snapshot', 'db'], 'the file system is read-only');
    expect(await ends('down')).toContain('freed 2 containers');
    await fails(['clean', '--yes'], 'the file system is read-only');
    await undo();
    await undo();
    await ends(...noWatch);
    expect(await ends('shell', 'db', '--', 'cat', '/data/file')).toBe('kept\n');
  },
);
