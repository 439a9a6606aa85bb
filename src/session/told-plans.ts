import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';
import type { EventBus } from './event-bus.ts';

/** Edits that are followed together. */
export interface Edits {
  /** Files of the definition and lockfiles; relative to the project, sorted. */
  readonly files: readonly string[];
  /** The newest save that they belong to. */
  readonly save: number;
}

/** A plan with its number. */
export interface NumberedPlan extends Edits {
  readonly plan: number;
  readonly operations: readonly string[];
}

/** Tells what becomes of plans. */
export interface ToldPlans {
  /** There is nothing to do. */
  empty(plan: NumberedPlan): void;
  /** @param instead why the one before was not carried out, whose place it takes. */
  waiting(plan: NumberedPlan, instead: readonly Failure[] | undefined): void;
  declined(plan: NumberedPlan): void;
  applying(plan: NumberedPlan): void;
  ended(plan: NumberedPlan, applied: Result<void, readonly Failure[]>, durationMs: number): void;
}

export function toldPlans(bus: EventBus): ToldPlans {
  return {
    empty: (plan) => bus.emit({ kind: 'plan', ...plan, state: 'empty' }),
    waiting: (plan, instead) => {
      const why = instead === undefined ? {} : { failures: instead };
      bus.emit({ kind: 'plan', ...plan, state: 'waiting-for-answer', ...why });
    },
    declined: (plan) => bus.emit({ kind: 'plan', ...plan, state: 'declined' }),
    applying: (plan) => bus.emit({ kind: 'plan', ...plan, state: 'applying' }),
    ended: (plan, applied, durationMs) => {
      if (applied.ok) bus.emit({ kind: 'plan', ...plan, state: 'applied', durationMs });
      else
        bus.emit({ kind: 'plan', ...plan, state: 'failed', durationMs, failures: applied.failure });
    },
  };
}
