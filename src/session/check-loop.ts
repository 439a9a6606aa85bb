import { advanceQueue, EMPTY_QUEUE } from '../checks/check-queue.ts';
import type { QueueEffect, QueueInput, QueueModule, CheckTask } from '../checks/check-queue.ts';
import type { CheckKind } from '../model/checks.ts';
import type { Module } from '../model/module.ts';
import { unreachable } from '../util/unreachable.ts';
import { createCheckAttempts, attemptOf } from './check-attempts.ts';
import type { CheckAttemptParts } from './check-attempts.ts';

export interface CheckLoopParts extends Omit<CheckAttemptParts, 'onUnchecked'> {
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
  const { bus } = parts;
  const modules = new Map<string, Module>();
  const aborts = new Map<number, AbortController>();
  const unchecked = new Set<string>();
  const onUnchecked = (module: string): unknown => unchecked.add(module);
  const attempt = createCheckAttempts({ ...parts, onUnchecked });
  const idlers: (() => void)[] = [];
  /** By run, while its end is told: how long it ran, where it has no result. */
  const durations = new Map<number, number>();
  /** By save that has not settled: epoch milliseconds of the last change of a file. */
  const changes = new Map<number, number>();
  let queue = EMPTY_QUEUE;

  function give(input: QueueInput): void {
    const next = advanceQueue(queue, input);
    queue = next.queue;
    for (const effect of next.effects) carryOut(effect);
    if (queue.tasks.length === 0) for (const resolve of idlers.splice(0)) resolve();
  }

  function carryOut(effect: QueueEffect): void {
    switch (effect.kind) {
      case 'queued':
        bus.emit({ kind: 'check-queued', ...attemptOf(effect.task) });
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
        const overtaker = by === undefined ? {} : { by };
        bus.emit({ kind: 'check-cancelled', ...attemptOf(task), reason, durationMs, ...overtaker });
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

  async function run(task: CheckTask): Promise<void> {
    const abort = new AbortController();
    aborts.set(task.run, abort);
    const changedAt = changes.get(task.save);
    const end = await attempt(task, modules.get(task.module), changedAt, abort.signal);
    aborts.delete(task.run);
    if (end.durationMs !== undefined) durations.set(task.run, end.durationMs);
    give({ kind: 'ended', run: task.run, outcome: end.outcome });
    durations.delete(task.run);
    if (end.outcome === 'lost' && !abort.signal.aborted) parts.onLost(task.module);
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
