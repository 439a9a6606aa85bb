import { advance, EMPTY_QUEUE } from '../checks/check-queue.ts';
import type { QueueEffect, QueueInput, QueueModule, Task } from '../checks/check-queue.ts';
import type { CheckPlace, CheckRunner, RunEnd } from '../checks/check-runner.ts';
import { checkResult } from '../checks/finished-check.ts';
import type { Failure } from '../events/failure.ts';
import type { CheckOutcome, CheckResult } from '../model/check-result.ts';
import type { CheckKind } from '../model/checks.ts';
import type { Module } from '../model/module.ts';
import type { Clock } from '../ports/clock.ts';
import type { Result } from '../util/result.ts';
import { unreachable } from '../util/unreachable.ts';
import type { EventBus } from './event-bus.ts';

/** How often, and how far apart, it is looked whether a container has ended: engines can be slow. */
const GONE_LOOKS = 20;
const GONE_REST_MS = 150;

export interface CheckLoopParts {
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
  /** A check ended with its container; the one in its place may have been told of before. */
  readonly onLost: (module: string) => void;
}

/** Modules as the settings want them checked. */
export interface CheckedModule extends QueueModule {
  readonly module: Module;
}

export interface AskOptions {
  readonly modules: readonly string[];
  readonly own: ReadonlySet<string>;
  /** Of each module only these checks. */
  readonly only?: ReadonlyMap<string, ReadonlySet<CheckKind>>;
  /** Epoch milliseconds of the last change of a file that it is about. */
  readonly changedAt?: number;
}

export interface CheckLoop {
  define(modules: readonly CheckedModule[], limit: number): void;
  ask(save: number, options: AskOptions): void;
  cancel(options: {
    readonly modules?: ReadonlySet<string>;
    readonly reason: 'stopping' | 'settings';
  }): void;
  /** Checks of this module are to run when its container starts. */
  runLater(module: string): void;
  /** Modules with checks that could not run, or not to their end, for want of their container. */
  takeUnchecked(module: string): boolean;
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>;
}

/** Runs the queue: its effects become runs of the runner and events on the bus. */
export function createCheckLoop(parts: CheckLoopParts): CheckLoop {
  const { bus, clock, runner } = parts;
  const modules = new Map<string, Module>();
  const aborts = new Map<number, AbortController>();
  const unchecked = new Set<string>();
  const idlers: (() => void)[] = [];
  const durations = new Map<number, number>();
  /** By save that has not settled: epoch milliseconds of the last change of a file. */
  const changes = new Map<number, number>();
  let queue = EMPTY_QUEUE;

  function give(input: QueueInput): void {
    const next = advance(queue, input);
    queue = next.queue;
    for (const effect of next.effects) carryOut(effect);
    if (queue.tasks.length === 0) for (const resolve of idlers.splice(0)) resolve();
  }

  function carryOut(effect: QueueEffect): void {
    switch (effect.kind) {
      case 'queued':
        bus.emit({ kind: 'check-queued', ...named(effect.task) });
        break;
      case 'start':
        // Not at once: the queue's other effects come first.
        void run(effect.task);
        break;
      case 'stop':
        aborts.get(effect.task.run)?.abort();
        break;
      case 'cancelled': {
        const { task, reason, by } = effect;
        const durationMs = durations.get(task.run) ?? 0;
        durations.delete(task.run);
        const overtaker = by === undefined ? {} : { by };
        bus.emit({ kind: 'check-cancelled', ...named(task), reason, durationMs, ...overtaker });
        break;
      }
      case 'settled': {
        const { save, passed, failed, cancelled } = effect;
        changes.delete(save);
        bus.emit({ kind: 'settled', save, passed, failed, cancelled });
        break;
      }
      default:
        unreachable(effect);
    }
  }

  async function run(task: Task): Promise<void> {
    const abort = new AbortController();
    aborts.set(task.run, abort);
    const outcome = await attempt(task, abort.signal);
    aborts.delete(task.run);
    give({ kind: 'ended', run: task.run, outcome });
    if (outcome === 'lost' && !abort.signal.aborted) parts.onLost(task.module);
  }

  async function attempt(task: Task, signal: AbortSignal): Promise<CheckOutcome | 'lost'> {
    const module = modules.get(task.module);
    const check = module?.checks.find(({ kind }) => kind === task.check);
    if (module === undefined || check === undefined) return 'lost';
    const needed = await parts.needed(check.needs ?? [], signal);
    if (signal.aborted) return 'lost';
    const place = needed.ok ? parts.place(module) : needed;
    if (!place.ok) return notRun(task, place.failure);
    const end = await runner.run(
      {
        module,
        check,
        place: place.value,
        run: task.run,
        save: task.save,
        changedAt: changes.get(task.save),
        onStart: () => bus.emit({ kind: 'check-started', ...named(task) }),
        onOutput: (text, truncated) => {
          const cut = truncated ? { truncated } : {};
          bus.emit({ kind: 'check-output', ...named(task), text, ...cut });
        },
      },
      signal,
    );
    return conclude(task, module, place.value, end, signal);
  }

  async function conclude(
    task: Task,
    module: Module,
    place: CheckPlace,
    end: RunEnd,
    signal: AbortSignal,
  ): Promise<CheckOutcome | 'lost'> {
    switch (end.kind) {
      case 'finished':
        // Overtaken in its last moment: its result would be of old code.
        if (signal.aborted) {
          durations.set(task.run, end.result.durationMs);
          return 'lost';
        }
        finish(end.result);
        if (end.result.outcome === 'passed') {
          if (task.check === 'compile') parts.onCompiled(module, task.save);
          if (task.check === 'test') parts.onTested(module, task.save);
        }
        return end.result.outcome;
      case 'cancelled':
        durations.set(task.run, end.durationMs);
        return 'lost';
      case 'lost': {
        durations.set(task.run, end.durationMs);
        const gone = await containerGone(module, place, signal);
        if (signal.aborted) return 'lost';
        // The container runs, and still no check can be run in it: that is the check's result.
        if (!gone) return notRun(task, end.failure);
        unchecked.add(module.name);
        return 'lost';
      }
      case 'impossible':
        return notRun(task, end.failure);
      default:
        return unreachable(end);
    }
  }

  /** Whether the container ended: its shells end a moment before the engine says so. */
  async function containerGone(
    module: Module,
    place: CheckPlace,
    signal: AbortSignal,
  ): Promise<boolean> {
    for (let looks = 0; looks < GONE_LOOKS && !signal.aborted; looks += 1) {
      if (looks > 0) await clock.sleep(GONE_REST_MS);
      await parts.refresh();
      const now = parts.place(module);
      if (!now.ok || now.value.containerId !== place.containerId) return true;
    }
    return false;
  }

  function notRun(task: Task, failure: Failure): CheckOutcome {
    unchecked.add(task.module);
    const { module, check, run, save } = task;
    const tail = [failure.what, failure.why, failure.cure].filter((line) => line !== undefined);
    const never = { outcome: 'not-run', at: clock.now(), durationMs: 0 } as const;
    finish(checkResult({ module, check, run, save, ...never, tail }));
    return 'not-run';
  }

  function finish(result: CheckResult): void {
    bus.emit({ kind: 'check-finished', ...result });
  }

  return {
    define: (checked, limit) => {
      modules.clear();
      for (const { module } of checked) modules.set(module.name, module);
      give({ kind: 'defined', modules: checked, limit });
    },
    ask: (save, { changedAt, ...options }) => {
      if (changedAt !== undefined) changes.set(save, changedAt);
      give({ kind: 'asked', save, ...options });
    },
    cancel: (options) => give({ kind: 'cancel', ...options }),
    runLater: (module) => unchecked.add(module),
    takeUnchecked: (module) => unchecked.delete(module),
    idle: () =>
      queue.tasks.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            idlers.push(resolve);
          }),
  };
}

const named = ({ module, check, run, save }: Task) => ({ module, check, run, save });
