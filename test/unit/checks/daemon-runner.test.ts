import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostClock } from '../../../src/adapters/clock.ts';
import type { RunEnd } from '../../../src/checks/check-runner.ts';
import { cycleMark } from '../../../src/checks/daemon-cycles.ts';
import type { ContainerShell, StartedCheck } from '../../../src/checks/container-shell.ts';
import { startDaemon } from '../../../src/checks/daemon-process.ts';
import { createDaemonRunner } from '../../../src/checks/daemon-runner.ts';
import type { DaemonRunner } from '../../../src/checks/daemon-runner.ts';
import { plainLines } from '../../../src/checks/diagnostics/plain-text.ts';
import { createShellPool } from '../../../src/checks/shell-pool.ts';
import type { ShellPool } from '../../../src/checks/shell-pool.ts';
import { alive } from '../../support/alive.ts';
import { aModule, checkAsWritten } from '../../support/modules.ts';
import { createLocalEngine } from '../../support/local-engine.ts';
import { waitFor } from '../../support/wait-for.ts';

describe('cycles', () => {
  it.each(['tsc-watch', 'vitest-watch'])('are found in what %s prints', (name) => {
    const text = readFileSync(join(import.meta.dirname, 'fixtures', `${name}.txt`), 'utf8');
    const marks = plainLines(text).flatMap((line) => cycleMark(line) ?? []);
    expect(marks).toEqual(['begin', 'end', 'begin', 'end']);
  });
});

// A stand-in for `tsc --watch`: says when it begins and ends, and compiles when its input changes.
const WATCHER = `
say() { echo "12:00:00 - Starting compilation in watch mode..."; cat input
  echo "12:00:00 - Found $(grep -c error input) errors. Watching for file changes."; }
old=; while :; do new=$(cat input); [ "$new" = "$old" ] || say; old=$new; sleep 0.02; done`;

const NO_LOGS = {
  open: () => ({ write: () => undefined, keep: () => undefined, discard: () => undefined }),
};

describe('a check that watches by itself', () => {
  let folder: string;
  let pool: ShellPool;
  let runner: DaemonRunner;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'onestack-daemon-'));
    writeFileSync(join(folder, 'input'), 'fine\n');
    pool = createShellPool(createLocalEngine().engine, hostClock);
    runner = createDaemonRunner({
      pool,
      clock: hostClock,
      logs: NO_LOGS,
      exists: () => true,
      way: checkAsWritten,
    });
  });
  afterEach(async () => {
    await runner.close();
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const printed = new Map<number, string>();

  async function run(
    save: number,
    command = WATCHER,
    timeoutMs = 20_000,
    changedAt?: number,
  ): Promise<RunEnd> {
    return runner.run(
      {
        module: aModule('web'),
        check: { kind: 'compile', run: command, timeoutMs, daemon: true, formats: [] },
        place: { containerId: 'any', deaths: 0, directory: folder, mountedAt: '/workspace' },
        run: save,
        save,
        changedAt,
        onStart: () => undefined,
        onOutput: (text) => printed.set(save, (printed.get(save) ?? '') + text),
      },
      new AbortController().signal,
    );
  }

  it('gives the result of each save, from one process', async () => {
    expect(await run(1)).toMatchObject({ result: { save: 1, outcome: 'passed' } });
    writeFileSync(join(folder, 'input'), 'a.ts(1,2): error TS1: wrong\n');
    expect(await run(2)).toMatchObject({
      result: { save: 2, outcome: 'failed', diagnostics: [{ file: 'web/a.ts', line: 1 }] },
    });
    writeFileSync(join(folder, 'input'), 'fine again\n');
    expect(await run(3)).toMatchObject({ result: { save: 3, outcome: 'passed', diagnostics: [] } });
  });

  it('prints for the run that it answers', async () => {
    await run(1);
    writeFileSync(join(folder, 'input'), 'something else\n');
    await run(2);
    await waitFor('the output', () => printed.get(2)?.includes('something else'), { everyMs: 10 });
    expect(printed.get(1)).not.toContain('something else');
  });

  it('is read, though it never ends a line', async () => {
    const endless = `head -c 300000 /dev/zero | tr '\\0' x; sleep 60`;
    expect(await run(1, endless)).toMatchObject({ result: { save: 1, outcome: 'passed' } });
  });

  it('is not asked for a save that came in the middle of a cycle', async () => {
    const slow = WATCHER.replace(
      'cat input\n',
      'text=$(cat input); sleep 0.3; echo "$text"\n',
    ).replace('grep -c error input', 'echo "$text" | grep -c error');
    await run(1, slow);
    writeFileSync(join(folder, 'input'), 'still fine\n');
    const overtaken = run(2, slow);
    await waitFor('a cycle', () => printed.get(2)?.includes('Starting'), { everyMs: 5 });
    writeFileSync(join(folder, 'input'), 'a.ts(1,2): error TS1: wrong\n');
    const newest = run(3, slow, 20_000, Date.now());
    expect(await newest).toMatchObject({ result: { save: 3, outcome: 'failed' } });
    await overtaken;
  });

  it('is ended when nobody wants it any more', async () => {
    const command = `echo $$ > pid; ${WATCHER}`;
    await run(1, command);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await runner.retain([{ module: 'web', kind: 'compile' }]);
    expect(alive(pid)).toBe(true);
    await runner.retain([{ module: 'web', kind: 'test' }]);
    expect(alive(pid)).toBe(false);
    expect(await run(2, command)).toMatchObject({ result: { outcome: 'passed' } });
  });

  it('repeats its last result for a save that it has nothing to do for', async () => {
    await run(1);
    expect(await run(2)).toMatchObject({ result: { save: 2, outcome: 'passed' } });
  });

  it('has failed when it ends, and is started again', async () => {
    expect(await run(1, 'echo bye; exit 0')).toMatchObject({
      result: { outcome: 'failed', exitStatus: 0 },
    });
    expect(await run(2)).toMatchObject({ result: { outcome: 'passed' } });
  });

  it('is started again for a save that comes as it ends', async () => {
    const command = WATCHER.replace('while :; do', 'while :; do rm stop 2>/dev/null && exit 1;');
    await run(1, command);
    writeFileSync(join(folder, 'stop'), '');
    writeFileSync(join(folder, 'input'), 'a.ts(1,2): error TS1: wrong\n');
    expect(await run(2, command)).toMatchObject({
      result: { outcome: 'failed', diagnostics: [{ file: 'web/a.ts', line: 1 }] },
    });
  });

  it('is killed when it does not come to an end of its cycle', async () => {
    const command = 'echo "Starting compilation in watch mode..."; sleep 60';
    expect(await run(1, command, 300)).toMatchObject({ result: { outcome: 'timed-out' } });
  });
});

describe('a daemon that is stopped before it has told its number', () => {
  it('is ended when it does', async () => {
    const killed: StartedCheck[] = [];
    const begin: ((started: StartedCheck) => void)[] = [];
    const shell: Pick<ContainerShell, 'check'> = {
      check: ({ onStart }) => {
        begin.push(onStart);
        return new Promise(() => undefined);
      },
    };
    const pool: Pick<ShellPool, 'kill'> = {
      kill: (_container, started) => {
        killed.push(started);
        return Promise.resolve(true);
      },
    };
    const daemon = startDaemon(
      // Nothing else of them is used before the command ends.
      { pool: pool as ShellPool, clock: hostClock, openLog: NO_LOGS.open },
      shell as ContainerShell,
      {
        check: { kind: 'compile', run: 'tsc -w', timeoutMs: 1, daemon: true, formats: [] },
        place: { containerId: 'any', deaths: 0, directory: '/', mountedAt: '/workspace' },
        onOutput: () => undefined,
      },
    );
    await daemon.stop();
    begin[0]?.({ leader: 7, mark: 'm' });
    expect(killed).toEqual([{ leader: 7, mark: 'm' }]);
  });
});
