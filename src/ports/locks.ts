import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

export interface AcquireOptions {
  /** Given up after this time, with a failure `locked`. */
  readonly patienceMs: number;
  /** Called once, when somebody else has the lock. */
  readonly onWait?: (holder: LockHolder | undefined) => void;
  readonly signal?: AbortSignal;
}

export interface LockHolder {
  readonly pid: number;
  /** What it does, in its own words: `dev up`. */
  readonly purpose: string;
}

export interface HeldLock {
  release(): Promise<void>;
}

/** Locks between processes of this machine. The lock of a holder that was killed frees itself. */
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
