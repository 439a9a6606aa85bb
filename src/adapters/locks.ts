import { setTimeout as pause } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import type { AcquireOptions, HeldLock, LockHolder, Locks } from '../ports/locks.ts';
import type { Failure } from '../events/failure.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { errorCode, fileFailure } from './file-failure.ts';
import {
  createLockJudge,
  isHeldBySomebody,
  livingHolder,
  readHolder,
  REFRESH_MS,
  writeHolder,
} from './lock-holder.ts';

const RETRY_MS = 200;

function lockedFailure(path: string, holder: LockHolder | undefined): Failure {
  return {
    reason: 'locked',
    what:
      holder === undefined
        ? `another process holds ${path}`
        : `${holder.purpose} (process ${holder.pid}) holds ${path}`,
    cure:
      holder?.isStopped === true
        ? `It is stopped: go on with it (fg in its terminal), or end it: kill -KILL ${holder.pid}`
        : 'Wait until it has ended, or end it',
  };
}

/** Undefined when another one has it. */
async function take(path: string, purpose: string): Promise<Result<HeldLock, Failure> | undefined> {
  let free: (() => Promise<void>) | undefined;
  try {
    const release = await lock(path, {
      realpath: false,
      // Whether one is left behind is judged below; the library goes by the machine's clock alone.
      stale: Number.MAX_SAFE_INTEGER,
      update: REFRESH_MS,
      // Its folder was deleted: what the holder writes is atomic, and it is no reason to crash.
      onCompromised: () => undefined,
    });
    free = () => release().catch(() => undefined);
    writeHolder(path, purpose);
    return ok({ release: free });
  } catch (error) {
    // On a full disk a folder can be made, and no file be written.
    await free?.();
    return errorCode(error) === 'ELOCKED' ? undefined : fail(fileFailure('lock', path, error));
  }
}

/** Tells who has the lock, once, and once more when it is found stopped. */
function tellsHolder(path: string, onWait: AcquireOptions['onWait']): (tries: number) => void {
  let told: 'nothing' | 'holder' | 'stopped' = 'nothing';
  return (tries) => {
    const holder = livingHolder(path);
    // Who has only just got it may not have written who it is.
    const isNews = told === 'nothing' && (holder !== undefined || tries > 1);
    if (!isNews && (told === 'stopped' || holder?.isStopped !== true)) return;
    told = holder?.isStopped === true ? 'stopped' : 'holder';
    onWait?.(holder);
  };
}

async function acquire(
  path: string,
  purpose: string,
  { patienceMs, onWait, signal }: AcquireOptions,
): Promise<Result<HeldLock, Failure>> {
  const giveUpAt = performance.now() + patienceMs;
  const tell = tellsHolder(path, onWait);
  const judge = createLockJudge(path);
  for (let tries = 1; ; tries += 1) {
    const taken = await take(path, purpose);
    if (taken !== undefined) return taken;
    if (judge.freesIt()) continue;
    tell(tries);
    if (signal?.aborted === true) {
      return fail({ reason: 'interrupted', what: `interrupted while waiting for ${path}` });
    }
    if (performance.now() > giveUpAt) {
      return fail(lockedFailure(path, livingHolder(path) ?? readHolder(path)));
    }
    await pause(RETRY_MS);
  }
}

/** Locks as folders beside the file, refreshed while they are held. */
export const hostLocks: Locks = {
  acquire,
  isHeld: (path) => Promise.resolve(isHeldBySomebody(path)),
};
