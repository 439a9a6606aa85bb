import type { CheckKind } from '../model/checks.ts';

/** Where the whole output of a check's last failed run is kept. */
export interface CheckLogs {
  /** Takes the output of a run as it comes. */
  open(module: string, check: CheckKind): CheckLog;
}

export interface CheckLog {
  write(bytes: Buffer): void;
  /** The run failed: its log replaces the one before. Gives its path relative to the project root. */
  keep(): string | undefined;
  /** The run passed or was cancelled: nothing is kept of it; an older failed run's log stays. */
  discard(): void;
}
