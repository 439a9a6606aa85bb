import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostLocks } from '../../../src/adapters/locks.ts';
import type { LockHolder } from '../../../src/ports/locks.ts';

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
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid} dev up\n`);
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
