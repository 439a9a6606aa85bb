import { isDeepStrictEqual } from 'node:util';
import type { CheckTask } from '../checks/check-queue.ts';
import type { CheckPlace, CheckRunner, RunEnd } from '../checks/check-runner.ts';
import { checkResult } from '../checks/finished-check.ts';
import type { Failure } from '../events/failure.ts';
import type { CheckOutcome } from '../model/check-result.ts';
import type { Module } from '../model/module.ts';
import type { Clock } from '../ports/clock.ts';
import type { Result } from '../util/result.ts';
import { unreachable } from '../util/unreachable.ts';
import type { EventBus } from './event-bus.ts';

/** How often, and how far apart, it is looked whether a container has ended: engines can be slow. */
const GONE_LOOKS = 20;
const GONE_REST_MS = 150;

export interface CheckAttemptParts {
  readonly runner: CheckRunner;
  readonly clock: Clock;
  readonly bus: EventBus;
  /** Where a module's checks run now; asked again for each run. */
  readonly place: (module: Module) => Result<CheckPlace, Failure>;
  /** Waits until these services are ready; resolves at once when aborted. */
  readonly needed: (
    services: readonly string[],
    signal: AbortSignal,
  ) => Promise<Result<void, Failure>>;
  /** Looks at the engine again, when a container seems to be gone. */
  readonly refresh: () => Promise<unknown>;
  /** A compile is good: before anything that waits for it starts. */
  readonly onCompiled: (module: Module, save: number) => void;
  readonly onTested: (module: Module, save: number) => void;
  /** A check could not run, or not to its end, for want of its container. */
  readonly onUnchecked: (module: string) => void;
}

/** How one run of a check ended, as the queue takes it. */
export interface AttemptEnd {
  readonly outcome: CheckOutcome | 'lost';
  /** How long it ran; left out where it has a result, which says so. */
  readonly durationMs?: number;
}

/** @param changedAt epoch milliseconds of the last change of a file that the run is about */
type Attempt = (
  task: CheckTask,
  module: Module | undefined,
  changedAt: number | undefined,
  signal: AbortSignal,
) => Promise<AttemptEnd>;

export const attemptOf = ({ module, check, run, save }: CheckTask) => ({
  module,
  check,
  run,
  save,
});

/** Runs one check in its container, and tells of its start, its output and its result. */
export function createCheckAttempts(parts: CheckAttemptParts): Attempt {
  const { bus, clock, runner } = parts;

  async function conclude(
    task: CheckTask,
    module: Module,
    place: CheckPlace,
    end: RunEnd,
    signal: AbortSignal,
  ): Promise<AttemptEnd> {
    switch (end.kind) {
      case 'finished': {
        const { result } = end;
        // Overtaken in its last moment: its result would be of old code.
        if (signal.aborted) return { outcome: 'lost', durationMs: result.durationMs };
        bus.emit({ kind: 'check-finished', ...result });
        if (result.outcome === 'passed') {
          if (task.check === 'compile') parts.onCompiled(module, task.save);
          if (task.check === 'test') parts.onTested(module, task.save);
        }
        return { outcome: result.outcome };
      }
      case 'cancelled':
        return { outcome: 'lost', durationMs: end.durationMs };
      case 'lost': {
        const { durationMs } = end;
        const gone = await containerGone(module, place, signal);
        if (signal.aborted) return { outcome: 'lost', durationMs };
        // The container runs, and still no check can be run in it: that is the check's result.
        if (!gone) return { ...notRun(task, end.failure), durationMs };
        parts.onUnchecked(module.name);
        return { outcome: 'lost', durationMs };
      }
      case 'impossible':
        return notRun(task, end.failure);
      default:
        return unreachable(end);
    }
  }

  /**
   * Whether the container ended, be it for a moment: its shells end before the engine says so, and one
   * that is started again at once has the same name.
   */
  async function containerGone(
    module: Module,
    place: CheckPlace,
    signal: AbortSignal,
  ): Promise<boolean> {
    for (let looks = 0; looks < GONE_LOOKS && !signal.aborted; looks += 1) {
      if (looks > 0) await clock.sleep(GONE_REST_MS);
      await parts.refresh();
      const now = parts.place(module);
      if (!now.ok || !isDeepStrictEqual(now.value, place)) return true;
    }
    return false;
  }

  function notRun(task: CheckTask, failure: Failure): AttemptEnd {
    parts.onUnchecked(task.module);
    const tail = [failure.what, failure.why, failure.cure].filter((line) => line !== undefined);
    const never = { outcome: 'not-run', at: clock.now(), durationMs: 0 } as const;
    bus.emit({ kind: 'check-finished', ...checkResult({ ...attemptOf(task), ...never, tail }) });
    return { outcome: 'not-run' };
  }

  return async (task, module, changedAt, signal) => {
    const check = module?.checks.find(({ kind }) => kind === task.check);
    if (module === undefined || check === undefined) return { outcome: 'lost' };
    const needed = await parts.needed(check.needs ?? [], signal);
    if (signal.aborted) return { outcome: 'lost' };
    const place = needed.ok ? parts.place(module) : needed;
    if (!place.ok) return notRun(task, place.failure);
    const end = await runner.run(
      {
        ...{ module, check, place: place.value, run: task.run, save: task.save, changedAt },
        onStart: (way) =>
          bus.emit({
            ...{ kind: 'check-started', ...attemptOf(task) },
            ...(way && { command: way.shown, incremental: way.kind, why: way.why }),
          }),
        onOutput: (text, truncated) => {
          const cut = truncated ? { truncated } : {};
          bus.emit({ kind: 'check-output', ...attemptOf(task), text, ...cut });
        },
      },
      signal,
    );
    return conclude(task, module, place.value, end, signal);
  };
}
