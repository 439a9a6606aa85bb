import type { Failure } from '../events/failure.ts';
import type { Settings } from '../model/settings.ts';
import type { Clock } from '../ports/clock.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import type { EditOptions, DefinitionKeeper, ProposedPlan } from './environment.ts';
import type { EventBus } from './event-bus.ts';

/** Edits that are followed together. */
export interface Edits {
  /** Files of the definition and lockfiles; relative to the project, sorted. */
  readonly files: readonly string[];
  /** The newest save that they belong to. */
  readonly save: number;
}

/** A plan with its number. */
interface NumberedPlan extends Edits {
  readonly plan: number;
  readonly operations: readonly string[];
}

/** A plan that waits for an answer. */
interface AskedPlan {
  readonly numbered: NumberedPlan;
  readonly proposal: ProposedPlan;
}

/** Has what belongs to a plan done. */
type CarryOut = (signal: AbortSignal) => Promise<Result<void, readonly Failure[]>>;

export interface PlanRunnerParts {
  readonly environment: Pick<DefinitionKeeper, 'apply'>;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A plan was carried out, well or not. */
  readonly onApplied: () => void;
  /** A plan that somebody agreed to would be another one by now: nothing of it was done. */
  readonly onOutdated: (edits: Edits) => void;
}

export interface PlanRunner {
  /** The edits of the plan that waits for an answer: they are part of the next one. */
  readonly asked: Edits | undefined;
  /** Takes the place of a plan that waits: carries the new one out, or asks. */
  propose(proposal: ProposedPlan, edits: Edits, apply: Settings['apply']): Promise<void>;
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

/** Numbers plans, asks for them or has them carried out, and tells how that went. */
export function createPlanRunner(parts: PlanRunnerParts): PlanRunner {
  const { environment, bus, clock, signal } = parts;
  const atWork = new Set<Promise<unknown>>();
  let plans = 0;
  let asked: AskedPlan | undefined;
  /** Why the one before was not carried out: told with the one that takes its place. */
  let outdated: readonly Failure[] | undefined;
  let missed: Edits | undefined;

  async function carryOut(
    numbered: NumberedPlan,
    act: CarryOut,
  ): Promise<Result<void, readonly Failure[]>> {
    const { files, save } = numbered;
    const plan = { kind: 'plan', ...numbered } as const;
    const startedAt = clock.steady();
    bus.emit({ ...plan, state: 'applying' });
    const applying = act(signal);
    atWork.add(applying);
    const applied = await applying.finally(() => atWork.delete(applying));
    const durationMs = clock.steady() - startedAt;
    parts.onApplied();
    if (!applied.ok && wantsEngine(applied.failure)) missed = { files, save };
    if (applied.ok) bus.emit({ ...plan, state: 'applied', durationMs });
    else bus.emit({ ...plan, state: 'failed', durationMs, failures: applied.failure });
    return applied;
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
    propose: async (proposal, { files, save }, apply) => {
      plans += 1;
      const { operations } = proposal;
      const plan: NumberedPlan = { plan: plans, operations, files, save };
      const instead = outdated === undefined ? {} : { failures: outdated };
      asked = undefined;
      outdated = undefined;
      if (operations.length === 0) {
        bus.emit({ kind: 'plan', ...plan, state: 'empty' });
      } else if (apply === 'ask') {
        asked = { numbered: plan, proposal };
        bus.emit({ kind: 'plan', ...plan, state: 'waiting-for-answer', ...instead });
      } else {
        // Nobody agreed to this very one: what changes until it is carried out is part of it.
        await carryOut(plan, (over) => environment.apply({}, over));
      }
    },
    apply: async (options, cause = 'asked for') => {
      plans += 1;
      const operations = [
        ...(options.recreate ?? []).map((service) => `recreate ${service}: ${cause}`),
        ...(options.resetData ?? []).map((service) => `reset data of ${service}: ${cause}`),
      ];
      const plan = { plan: plans, operations, files: [], save: 0 };
      return carryOut(plan, (over) => environment.apply(options, over));
    },
    answer: (plan, apply) => {
      if (asked?.numbered.plan !== plan) {
        return fail({
          reason: 'usage',
          what: `plan ${plan} does not wait for an answer (any more)`,
        });
      }
      const { numbered, proposal } = asked;
      asked = undefined;
      if (apply) void carryOutAgreed(numbered, proposal);
      else bus.emit({ kind: 'plan', ...numbered, state: 'declined' });
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
