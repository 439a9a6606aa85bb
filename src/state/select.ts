import type { Diagnostic, CheckResult } from '../model/check-result.ts';
import type { CheckKind } from '../model/checks.ts';
import type { ModuleState, SessionState } from './session-state.ts';

/** A diagnostic that stands: it is in the last result of its check. */
export interface StandingDiagnostic extends Diagnostic {
  readonly module: string;
  readonly check: CheckKind;
  readonly save: number;
  /** Epoch milliseconds at which the check ended. */
  readonly at: number;
}

/** All current diagnostics: newest result first, within a result in the order of the output. */
export function currentDiagnostics(state: SessionState): readonly StandingDiagnostic[] {
  return wantedResults(state)
    .toSorted((one, other) => other.at - one.at)
    .flatMap((result) =>
      result.diagnostics.map((diagnostic) => ({
        ...diagnostic,
        module: result.module,
        check: result.check,
        save: result.save,
        at: result.at,
      })),
    );
}

function wantedResults(state: SessionState): readonly CheckResult[] {
  return state.modules.flatMap((module) =>
    module.checks.flatMap((check) =>
      check.enabled && check.last !== undefined ? [check.last] : [],
    ),
  );
}

/**
 * A module is bad when the last result of any check that it should pass is not `passed`, good when
 * all that have run passed, and unknown before the first result.
 */
export function moduleCondition(module: ModuleState): 'good' | 'bad' | 'unknown' {
  const outcomes = module.checks.flatMap((check) =>
    check.enabled && check.last !== undefined ? [check.last.outcome] : [],
  );
  if (outcomes.length === 0) return 'unknown';
  return outcomes.every((outcome) => outcome === 'passed') ? 'good' : 'bad';
}
