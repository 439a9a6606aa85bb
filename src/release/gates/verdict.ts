/** What a gate is called. */
export type GateName =
  | 'coverage'
  | 'changed lines'
  | 'tests'
  | 'flaky tests'
  | 'size'
  | 'problems'
  | 'duplicates'
  | 'licences'
  | 'vulnerabilities';

/** What a gate says of a commit. */
export interface Verdict {
  readonly gate: GateName;
  readonly passed: boolean;
  /** `81.2 % of 1,204 lines, 80 % are wanted`. */
  readonly what: string;
  /** `src/main.ts:12-14`, when something fails; what is told though it passes. */
  readonly where: readonly string[];
  /** How to pass; undefined when it does. */
  readonly cure: string | undefined;
}

export function passed(gate: GateName, what: string, where: readonly string[] = []): Verdict {
  return { gate, what, passed: true, where, cure: undefined };
}

export function refused(
  gate: GateName,
  what: string,
  where: readonly string[],
  cure: string,
): Verdict {
  return { gate, what, passed: false, where, cure };
}

const PERCENT = 100;

/** `81.2`; rounded down, so that what is not reached does not look as if it were. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? PERCENT : Math.floor((part * PERCENT * 10) / whole) / 10;
}

/** Files that tests are made of, and types alone. */
export const NO_SOURCE = [
  '**/*.{test,spec}.*',
  '**/*_test.*',
  '**/test_*.py',
  '**/conftest.py',
  '**/*.d.{ts,mts,cts}',
  '**/{test,tests,__tests__,testdata}/**',
];
