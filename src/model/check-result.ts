import { CHECK_KINDS, type CheckKind } from './checks.ts';
import { isMapping } from './plain.ts';

/** One finding in a source file, as a compiler, linter or test runner printed it. */
export interface Diagnostic {
  /** The host's path, relative to the project root where it lies inside, else absolute. */
  readonly file: string;
  /** From 1; 1 when the tool names only a file. */
  readonly line: number;
  /** From 1; 1 when the tool names only a line. */
  readonly column: number;
  readonly severity: 'error' | 'warning' | 'info';
  /** One line. */
  readonly message: string;
  /** The tool's own name for it: `TS2345`, `no-unused-vars`, `E501`. */
  readonly code?: string;
  /** Which format it was read with: `tsc`, `eslint`, …, `pattern`. */
  readonly source: string;
}

/** What a test runner counted. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const CHECK_OUTCOMES = ['passed', 'failed', 'timed-out', 'not-run'] as const;

/**
 * How a check ended. `passed` and `failed` are the command's own answer (exit status 0 or not);
 * `timed-out` is a command killed at its limit; `not-run` is one that could not be started at all:
 * container not running, no shell in it.
 */
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];

/** A finished check. */
export interface CheckResult {
  readonly module: string;
  readonly check: CheckKind;
  /** Counts from 1 within one session; names this run of the check. */
  readonly run: number;
  /** The save that it belongs to: the newest one whose contents the command saw. */
  readonly save: number;
  readonly outcome: CheckOutcome;
  /** The command's exit status; 128 + n for signal n; undefined when it gave none. */
  readonly exitStatus?: number;
  /** Epoch milliseconds at which it ended. */
  readonly at: number;
  /** From the command's start in the container to its end. */
  readonly durationMs: number;
  /** At most MAX_DIAGNOSTICS; errors before warnings, in the order of the output. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many more there were. */
  readonly diagnosticsOmitted: number;
  readonly tests?: TestCounts;
  /** The last lines of the output; why it could not run, for `not-run`. */
  readonly tail: readonly string[];
  /** The whole output, relative to the project root; kept for the last failed run. */
  readonly log?: string;
}

/** Past so many a result says only how many more there were. */
export const MAX_DIAGNOSTICS = 200;

/** Whether data that was kept is a result: of its parts, those that are always there. */
export function isCheckResult(data: unknown): data is CheckResult {
  if (!isMapping(data)) return false;
  const { module, check, run, save, outcome, at, durationMs, diagnostics, tail } = data;
  return (
    typeof module === 'string' &&
    CHECK_KINDS.some((kind) => kind === check) &&
    CHECK_OUTCOMES.some((one) => one === outcome) &&
    [run, save, at, durationMs].every((value) => typeof value === 'number') &&
    [diagnostics, tail].every((value) => Array.isArray(value))
  );
}
