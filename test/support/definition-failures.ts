import type { Failure } from '../../src/events/failure.ts';
import { failureText } from '../../src/views/failure-text.ts';

/** Failures as people see them, trailing line end taken off, for comparing with a literal. */
export function shown(failures: readonly Failure[]): string {
  return failureText(failures, { color: false }).trimEnd();
}

/** One line a failure: `dev.yaml:3:5 «imge» unknown key … | cure`. */
export function summary(failures: readonly Failure[]): string[] {
  return failures.map(({ at, what, cure }) => {
    const marked = at?.text?.slice(at.column - 1, at.column - 1 + (at.length ?? 1));
    const place = at === undefined ? '' : `${at.line}:${at.column} «${marked ?? ''}» `;
    return place + what + (cure === undefined ? '' : ` | ${cure}`);
  });
}
