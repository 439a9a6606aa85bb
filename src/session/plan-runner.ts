import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Settings } from '../model/settings.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import type { EditOptions, DefinitionKeeper, ProposedPlan } from './environment.ts';
import type { EventBus } from './event-bus.ts';
import { toldPlans, type Edits, type NumberedPlan } from './told-plans.ts';

/** A plan that waits for an answer. */
interface AskedPlan {
  readonly numbered: NumberedPlan;
  readonly proposal: ProposedPlan;
}

/** Has what belongs to a plan done. */
type CarryOut = (signal: AbortSignal) => Promise<Result<void, readonly Failure[]>>;

export interface PlanRunnerParts {
  readonly environment: Pick<DefinitionKeeper, 'plan' | 'apply'>;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A plan was carried out, well or not. */
  readonly onApplied: () => void;
  /** A plan that somebody agreed to would be another one by now: nothing of it was done. */
  readonly onOutdated: (edits: Edits) => void;
  /** Edits can be followed: there is a plan, to be carried out, asked for, or empty. */
  readonly onPlanned: (edits: Edits) => void;
}

export interface PlanRunner {
  /** The edits of the plan that waits for an answer: they are part of the next one. */
  readonly asked: Edits | undefined;
  /**
   * Plans, and takes the place of a plan that waits: carries the new one out, or asks. It fails where no
   * plan can be made.
   */
  propose(edits: Edits, apply: Settings['apply']): Promise<Result<void, readonly Failure[]>>;
  /**
   * Applies at once what a person, or a rule of theirs, asked for.
   * @param cause `asked for`, `src/a.js changed`.
   */
  apply(options: EditOptions, cause?: string): Promise<Result<void, readonly Failure[]>>;
  answer(plan: number, apply: boolean): Result<void, Failure>;
  /** What could not be followed because no engine answered. */
  miss(edits: Edits): void;
  takeMissed(): Edits | undefined;
  /** Resolves when nothing that was being applied is at work any more. */
  idle(): Promise<void>;
}

export const wantsEngine = (failures: readonly Failure[]): boolean =>
  failures.some(({ reason }) => reason === 'no-engine');

/** Planned again, there may be another way; it is not the one that was agreed to. */
const isOutdated = ({ reason }: Failure): boolean =>
  reason === 'world-changed' || reason === 'port-taken';

const notWaiting = (plan: number): Failure => ({
  reason: 'usage',
  what: `plan ${plan} does not wait for an answer (any more)`,
});

function askedFor({ recreate, resetData }: EditOptions, cause: string): readonly string[] {
  return [
    ...(recreate ?? []).map((service) => `recreate ${service}: ${cause}`),
    ...(resetData ?? []).map((service) => `reset data of ${service}: ${cause}`),
  ];
}

/** Keeps a piece of work among those that are at work, until it ends. */
function keep<T>(work: Promise<T>, atWork: Set<Promise<unknown>>): Promise<T> {
  atWork.add(work);
  return work.finally(() => atWork.delete(work));
}

/** Numbers plans, asks for them or has them carried out, and tells how that went. */
export function createPlanRunner(parts: PlanRunnerParts): PlanRunner {
  const { environment, clock, signal } = parts;
  const tell = toldPlans(parts.bus);
  const atWork = new Set<Promise<unknown>>();
  let plans = 0;
  let asked: AskedPlan | undefined;
  /** Why the one before was not carried out: told with the one that takes its place. */
  let outdated: readonly Failure[] | undefined;
  let missed: Edits | undefined;

  function end(
    plan: NumberedPlan,
    applied: Result<void, readonly Failure[]>,
    startedAtMs: number,
  ): void {
    parts.onApplied();
    if (!applied.ok && wantsEngine(applied.failure)) missed = plan;
    tell.ended(plan, applied, clock.steady() - startedAtMs);
  }

  async function carryOut(
    numbered: NumberedPlan,
    act: CarryOut,
  ): Promise<Result<void, readonly Failure[]>> {
    const startedAt = clock.steady();
    tell.applying(numbered);
    const applied = await keep(act(signal), atWork);
    end(numbered, applied, startedAt);
    return applied;
  }

  /** The next plan's number; what waited, waits no more. */
  function supersede({ files, save }: Edits): Omit<NumberedPlan, 'operations'> {
    plans += 1;
    asked = undefined;
    outdated = undefined;
    return { plan: plans, files, save };
  }

  async function carryOutAgreed(numbered: NumberedPlan, proposal: ProposedPlan): Promise<void> {
    const applied = await carryOut(numbered, (over) => proposal.carryOut(over));
    if (applied.ok || !applied.failure.every(isOutdated)) return;
    outdated = applied.failure;
    parts.onOutdated(numbered);
  }

  return {
    get asked() {
      return asked?.numbered;
    },
    propose: async (edits, apply) => {
      const planned = await environment.plan();
      if (!planned.ok) return planned;
      if (signal.aborted) return ok(undefined);
      parts.onPlanned(edits);
      const instead = outdated;
      const { operations } = planned.value;
      const plan = { ...supersede(edits), operations };
      if (operations.length === 0) {
        tell.empty(plan);
      } else if (apply === 'ask') {
        asked = { numbered: plan, proposal: planned.value };
        tell.waiting(plan, instead);
      } else {
        // Nobody agreed to this very one: what changes until it is carried out is part of it.
        await carryOut(plan, (over) => planned.value.follow(over));
      }
      return ok(undefined);
    },
    apply: async (options, cause = 'asked for') => {
      plans += 1;
      const operations = askedFor(options, cause);
      const plan = { plan: plans, operations, files: [], save: 0 };
      return carryOut(plan, (over) => environment.apply(options, over));
    },
    answer: (plan, apply) => {
      if (asked?.numbered.plan !== plan) return fail(notWaiting(plan));
      const { numbered, proposal } = asked;
      asked = undefined;
      if (apply) void carryOutAgreed(numbered, proposal);
      else tell.declined(numbered);
      return ok(undefined);
    },
    miss: (edits) => {
      missed = edits;
    },
    takeMissed: () => {
      const taken = missed;
      missed = undefined;
      return taken;
    },
    idle: async () => {
      await Promise.allSettled(atWork);
    },
  };
}
