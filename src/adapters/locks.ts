import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { check, lock } from 'proper-lockfile';
import type { AcquireOptions, HeldLock, LockHolder, Locks } from '../ports/locks.ts';
import type { Failure } from '../events/failure.ts';
import { isAlive } from './is-alive.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { fileFailure } from './file-failure.ts';

const RETRY_MS = 200;
/** A holder refreshes its lock more often than this; one that does not is dead. */
const STALE_MS = 10_000;
/** The same where the holder's process is known to be gone. */
const ORPHANED_MS = 2_000;

/** Who has the lock, as it wrote itself into the file. */
function readHolder(path: string): LockHolder | undefined {
  try {
    const [, pid = '', purpose = ''] = /^(\d+) (.*)$/m.exec(readFileSync(path, 'utf8')) ?? [];
    return pid === '' ? undefined : { pid: Number(pid), purpose };
  } catch {
    return undefined;
  }
}

/** The same; nobody for who had it before and is gone. */
function livingHolder(path: string): LockHolder | undefined {
  const holder = readHolder(path);
  return isGone(holder) ? undefined : holder;
}

function isGone(holder: LockHolder | undefined): boolean {
  return holder !== undefined && !isAlive(holder.pid);
}

function lockedFailure(path: string, holder: LockHolder | undefined): Failure {
  return {
    reason: 'locked',
    what:
      holder === undefined
        ? `another process holds ${path}`
        : `${holder.purpose} (process ${holder.pid}) holds ${path}`,
    cure: 'Wait until it has ended, or end it',
  };
}

async function acquire(
  path: string,
  purpose: string,
  { patienceMs, onWait, signal }: AcquireOptions,
): Promise<Result<HeldLock, Failure>> {
  const giveUpAt = performance.now() + patienceMs;
  let told = false;
  for (let tries = 1; ; tries += 1) {
    try {
      // Losing the lock (a machine asleep for longer than STALE_MS) is no reason to crash: what the
      // holder writes is atomic.
      const release = await lock(path, {
        realpath: false,
        stale: staleMs(path),
        update: ORPHANED_MS / 2,
        onCompromised: () => undefined,
      });
      writeFileSync(path, `${process.pid} ${purpose}\n`, { mode: 0o600 });
      return ok({ release: () => release().catch(() => undefined) });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ELOCKED') return fail(fileFailure('lock', path, error));
    }
    const holder = livingHolder(path);
    // Who has only just got it may not have written who it is.
    if (!told && (holder !== undefined || tries > 1)) {
      onWait?.(holder);
      told = true;
    }
    if (signal?.aborted === true) {
      return fail({ reason: 'interrupted', what: `interrupted while waiting for ${path}` });
    }
    if (performance.now() > giveUpAt) return fail(lockedFailure(path, readHolder(path)));
    await pause(RETRY_MS);
  }
}

function staleMs(path: string): number {
  return isGone(readHolder(path)) ? ORPHANED_MS : STALE_MS;
}

async function isHeld(path: string): Promise<boolean> {
  try {
    return await check(path, { realpath: false, stale: staleMs(path) });
  } catch {
    // Nobody who could not look at it has it.
    return false;
  }
}

/** Locks as folders beside the file, refreshed while they are held. */
export const hostLocks: Locks = { acquire, isHeld };
