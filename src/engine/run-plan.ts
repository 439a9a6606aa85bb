import type { Failure } from '../events/failure.ts';
import { fail, ok, type Result } from '../util/result.ts';
import {
  advanceSchedule,
  newSchedule,
  type Capacity,
  type Schedulable,
  type ScheduleInput,
} from './schedule.ts';

export type StepResult = Result<void, readonly Failure[]>;

export interface RunPlanRequest<S extends Schedulable> {
  /** In the order in which they are preferred. */
  readonly steps: readonly S[];
  readonly capacity: Capacity;
  /** Does these steps, which are ready at the same moment; a promise each, that never rejects. */
  readonly perform: (steps: readonly S[]) => ReadonlyMap<S, Promise<StepResult>>;
  /** Told for each step that is not done because another one failed. */
  readonly onCancelled: (step: S, because: string) => void;
  readonly signal: AbortSignal;
}

const INTERRUPTED: Failure = { reason: 'interrupted', what: 'interrupted' };

/**
 * Carries out steps, as much at once as there are cores for; decides nothing beyond `schedule.ts`.
 * Resolves when nothing of them is at work any more: with every failure, or one `interrupted`.
 */
export async function runPlan<S extends Schedulable>(
  request: RunPlanRequest<S>,
): Promise<StepResult> {
  const { signal, perform, onCancelled } = request;
  const failures: Failure[] = [];
  // An engine that goes away is told by every step that asks for it.
  const isNew = ({ what, why }: Failure): boolean =>
    !failures.some((told) => told.what === what && told.why === why);
  let schedule = newSchedule(request.steps, request.capacity);
  await new Promise<void>((resolve, reject) => {
    const feed = (input: ScheduleInput): void => {
      const next = advanceSchedule(schedule, input);
      schedule = next.schedule;
      for (const effect of next.effects) {
        if (effect.kind === 'start') start(effect.steps);
        else if (effect.kind === 'over') over();
        else if (effect.because !== undefined) onCancelled(effect.step, effect.because);
      }
    };
    const start = (steps: readonly S[]): void => {
      for (const [{ id }, work] of perform(steps)) {
        work.then((result) => {
          if (!result.ok) failures.push(...result.failure.filter(isNew));
          feed({ kind: 'ended', id, outcome: result.ok ? 'done' : 'failed' });
        }, reject);
      }
    };
    const giveUp = (): void => feed({ kind: 'give-up' });
    const over = (): void => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    signal.addEventListener('abort', giveUp, { once: true });
    feed({ kind: signal.aborted ? 'give-up' : 'begin' });
  });
  if (signal.aborted) return fail([INTERRUPTED]);
  return failures.length === 0 ? ok(undefined) : fail(failures);
}
