import type { CheckOutcome, CheckResult } from '../model/check-result.ts';
import type { CheckKind } from '../model/checks.ts';
import type { OutputReading } from './diagnostics/read-output.ts';

/** So many of the last lines of the output are kept with a result. */
export const TAIL_LINES = 40;

/** A run that came to its end. */
export interface FinishedCheck {
  readonly module: string;
  readonly check: CheckKind;
  readonly run: number;
  readonly save: number;
  readonly outcome: CheckOutcome;
  /** Undefined: the command gave none. */
  readonly exitStatus?: number | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly durationMs: number;
  /** What its output says; undefined where it could not run. */
  readonly reading?: OutputReading;
  readonly tail: readonly string[];
  /** Undefined: not kept. */
  readonly log?: string | undefined;
}

const NOTHING_READ: OutputReading = { diagnostics: [], diagnosticsOmitted: 0, tests: undefined };

/** The result of a run, however it was carried out: results are made nowhere else. */
export function checkResult({
  exitStatus,
  reading = NOTHING_READ,
  log,
  ...run
}: FinishedCheck): CheckResult {
  const { tests, ...found } = reading;
  return {
    ...run,
    ...found,
    ...(exitStatus === undefined ? {} : { exitStatus }),
    ...(tests === undefined ? {} : { tests }),
    ...(log === undefined ? {} : { log }),
  };
}
