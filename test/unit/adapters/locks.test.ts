import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAtProcess } from '../../../src/adapters/process-look.ts';
import { hostLocks } from '../../../src/adapters/locks.ts';
import type { LockHolder } from '../../../src/ports/locks.ts';
import { waitFor } from '../../support/wait-for.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onestack-locks-'));
  path = join(folder, 'lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A lock as a process leaves it that was killed, last refreshed so long ago. */
function leftBy(pid: number, agoSeconds: number): void {
  writeFileSync(path, `${pid} dev up\n`);
  mkdirSync(`${path}.lock`);
  const at = Date.now() / 1000 - agoSeconds;
  utimesSync(`${path}.lock`, at, at);
}

const deadPid = (): number => spawnSync('true').pid;
const ACQUIRED = { ok: true };

describe('hostLocks', () => {
  it('lets one in, tells the second who it is, and lets it in afterwards', async () => {
    const first = await hostLocks.acquire(path, 'dev up', { patienceMs: 0 });
    if (!first.ok) throw new Error(first.failure.what);
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe(`${process.pid} dev up`);
    expect(await hostLocks.acquire(path, 'dev down', { patienceMs: 0 })).toMatchObject({
      failure: { reason: 'locked', what: `dev up (process ${process.pid}) holds ${path}` },
    });
    const holders: (LockHolder | undefined)[] = [];
    const second = hostLocks.acquire(path, 'dev down', {
      patienceMs: 60_000,
      onWait: (holder) => {
        holders.push(holder);
        void first.value.release();
      },
    });
    const held = await second;
    expect(held).toMatchObject(ACQUIRED);
    expect(holders).toEqual([{ pid: process.pid, purpose: 'dev up' }]);
    if (held.ok) await held.value.release();
  });

  it('names the one who holds it, not who had it before and is gone', async () => {
    leftBy(deadPid(), 0);
    const holders: (LockHolder | undefined)[] = [];
    const waiting = hostLocks.acquire(path, 'dev down', {
      patienceMs: 60_000,
      onWait: (holder) => {
        holders.push(holder);
        rmSync(`${path}.lock`, { recursive: true });
      },
    });
    // It has got it, and writes who it is only now.
    writeFileSync(path, `${process.pid} dev up\n`);
    const held = await waiting;
    expect(held).toMatchObject(ACQUIRED);
    expect(holders).toEqual([{ pid: process.pid, purpose: 'dev up' }]);
    if (held.ok) await held.value.release();
  });

  it('takes over from a holder that was killed', async () => {
    leftBy(deadPid(), 3);
    const held = await hostLocks.acquire(path, 'dev up', { patienceMs: 0 });
    expect(held).toMatchObject(ACQUIRED);
    if (held.ok) await held.value.release();
  });

  it('does not take over from one that is alive and only slow', async () => {
    leftBy(process.pid, 3);
    expect(await hostLocks.acquire(path, 'dev up', { patienceMs: 0 })).toMatchObject({
      failure: { reason: 'locked' },
    });
  });

  it.runIf(process.platform === 'linux')(
    'is kept by one that is stopped, of whatever age the clock makes it, and freed with its end',
    async () => {
      const sleeper = spawn('sleep', ['600']);
      const pid = sleeper.pid ?? 0;
      sleeper.kill('SIGSTOP');
      await waitFor('it to be stopped', () => lookAtProcess(pid)?.isStopped === true);
      // A machine that slept for a day, or a clock that was set.
      leftBy(pid, 86_400);
      const holders: (LockHolder | undefined)[] = [];
      const waiting = hostLocks.acquire(path, 'dev down', {
        patienceMs: 60_000,
        onWait: (holder) => {
          holders.push(holder);
          sleeper.kill('SIGKILL');
        },
      });
      const held = await waiting;
      expect(held).toMatchObject(ACQUIRED);
      expect(holders[0]).toEqual({ pid, purpose: 'dev up', isStopped: true });
      if (held.ok) await held.value.release();
    },
  );

  it.runIf(process.platform === 'linux')(
    'is of one process, not of its number: another one that has it by now holds nobody up',
    async () => {
      leftBy(process.pid, 3);
      writeFileSync(path, `${process.pid} dev up\nsince another-boot:1\n`);
      const held = await hostLocks.acquire(path, 'dev up', { patienceMs: 0 });
      expect(held).toMatchObject(ACQUIRED);
      if (held.ok) await held.value.release();
      leftBy(process.pid, 86_400);
      writeFileSync(path, `${process.pid} dev up\nsince ${lookAtProcess(process.pid)?.start}\n`);
      expect(await hostLocks.isHeld(path)).toBe(true);
      expect(await hostLocks.acquire(path, 'dev up', { patienceMs: 0 })).toMatchObject({
        failure: { reason: 'locked' },
      });
    },
  );

  it('takes over from one that was killed though the clock was set back since', async () => {
    leftBy(deadPid(), -3600);
    const held = await hostLocks.acquire(path, 'dev up', { patienceMs: 60_000 });
    expect(held).toMatchObject(ACQUIRED);
    if (held.ok) await held.value.release();
  });

  it('lets one of many in at a time, who all find it left behind', async () => {
    leftBy(deadPid(), 3);
    let inside = 0;
    let most = 0;
    const one = async (): Promise<void> => {
      const held = await hostLocks.acquire(path, 'dev up', { patienceMs: 60_000 });
      if (!held.ok) throw new Error(held.failure.what);
      most = Math.max(most, (inside += 1));
      await Promise.resolve();
      inside -= 1;
      await held.value.release();
    };
    await Promise.all([one(), one(), one(), one()]);
    expect(most).toBe(1);
  });

  it('stops waiting when it is interrupted', async () => {
    leftBy(process.pid, 0);
    const stop = new AbortController();
    const waiting = hostLocks.acquire(path, 'dev up', {
      patienceMs: 60_000,
      signal: stop.signal,
      onWait: () => {
        stop.abort();
      },
    });
    expect(await waiting).toMatchObject({ failure: { reason: 'interrupted' } });
  });

  it('says why it cannot be taken', async () => {
    expect(
      await hostLocks.acquire(join(folder, 'nowhere', 'lock'), 'dev up', { patienceMs: 0 }),
    ).toMatchObject({ failure: { reason: 'files' } });
  });
});
