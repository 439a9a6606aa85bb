import type { ProblemsGate } from '../../model/gates.ts';
import { passed, refused, type Verdict } from './verdict.ts';

/** Something that the module's lint has found. */
export interface LintProblem {
  /** Relative to the project root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The linter's name for it; its message where it has none. */
  readonly rule: string;
  readonly message: string;
  /** What stands in that line; empty where it cannot be read. */
  readonly text: string;
}

/** The same problem after lines above it were added, or its own were indented. */
function fingerprint({ file, rule, text }: LintProblem): string {
  return JSON.stringify([file, rule, text.replace(/\s+/g, ' ').trim()]);
}

/** Those that were not there before; of several alike, as many as there are more. */
export function newProblems(
  now: readonly LintProblem[],
  before: readonly LintProblem[],
): readonly LintProblem[] {
  const known = new Map<string, number>();
  for (const one of before) known.set(fingerprint(one), (known.get(fingerprint(one)) ?? 0) + 1);
  return now.filter((one) => {
    const left = known.get(fingerprint(one)) ?? 0;
    if (left > 0) known.set(fingerprint(one), left - 1);
    return left === 0;
  });
}

/** Problems that the commit brings, by what they are and not by where they stand. */
export function problemsVerdict(
  { most }: ProblemsGate,
  now: readonly LintProblem[],
  before: readonly LintProblem[],
): Verdict {
  const added = newProblems(now, before);
  const what = `${String(added.length)} new problems, ${String(most)} may be; ${String(now.length)} in all, ${String(before.length)} before`;
  const places = added.map(
    ({ file, line, rule, message }) =>
      `${file}:${String(line)}: ${message}${rule === message ? '' : ` (${rule})`}`,
  );
  if (added.length <= most) return passed('problems', what, places);
  return refused('problems', what, places, 'Mend what this change brings; what was there may stay');
}
