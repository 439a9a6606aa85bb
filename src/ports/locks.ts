import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

export interface AcquireOptions {
  /** Given up after this time, with a failure `locked`. */
  readonly patienceMs: number;
  /** Called when somebody else has the lock, and once more when that one turns out to be stopped. */
  readonly onWait?: (holder: LockHolder | undefined) => void;
  readonly signal?: AbortSignal;
}

export interface LockHolder {
  readonly pid: number;
  /** What it does, in its own words: `dev up`. */
  readonly purpose: string;
  /** Stopped by a signal (Ctrl-Z): it keeps the lock, and frees it when it is continued or killed. */
  readonly isStopped?: boolean;
}

export interface HeldLock {
  release(): Promise<void>;
}

/**
 * Locks between processes of this machine. The lock of a holder that was killed frees itself; one that
 * lives keeps it, also while it is stopped, its machine sleeps, or somebody sets the clock.
 */
export interface Locks {
  /** Takes the lock that `path` stands for. Its folder must exist. */
  acquire(
    path: string,
    purpose: string,
    options: AcquireOptions,
  ): Promise<Result<HeldLock, Failure>>;
  /** Whether somebody who lives has it; looks, and changes nothing. */
  isHeld(path: string): Promise<boolean>;
}
