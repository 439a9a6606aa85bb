/**
 * Which check runs when. Pure: inputs come from the watcher, the clients and the runner; effects go
 * to the runner and, as events, to everybody else.
 *
 *        asked                      slot free, what it waits for is done
 *      ─────────► waiting ───────────────────────────────────────────► running ──────► (ended)
 *                   │  asked again: overtaken                             │ asked again, cancel
 *                   │  compile before it failed                           ▼
 *                   └──────────► (cancelled) ◄──────────────────────── stopping
 *                                                 its processes are gone
 *
 * A check waits for the compile of its own module and of every module that this one uses. There is
 * at most one task that waits or runs for each check of a module, and at most one that is stopping:
 * the new one does not start before the old one is gone.
 */
import type { CheckOutcome } from '../model/check-result.ts';
import { CHECK_KINDS, CHECKS, needsMade } from '../model/checks.ts';
import type { CheckKind } from '../model/checks.ts';
import { unreachable } from '../util/unreachable.ts';
import { inUseOrder, usedBy } from '../model/uses.ts';
import type { ModuleLinks } from '../model/uses.ts';

export interface QueueModule extends ModuleLinks {
  /** The checks that it has and that the settings want. */
  readonly checks: readonly CheckKind[];
}

export interface CheckTask {
  readonly run: number;
  readonly module: string;
  readonly check: CheckKind;
  readonly save: number;
  /** Whether the module's own files changed, not only those of one that it uses. */
  readonly own: boolean;
  readonly state: 'waiting' | 'running' | 'stopping';
  /** Why it is being stopped. */
  readonly stopped?: Cancellation;
}

export interface Cancellation {
  readonly reason: 'overtaken' | 'dependency-failed' | 'settings' | 'container' | 'stopping';
  /** The save that overtook it. */
  readonly by?: number;
}

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly cancelled: number;
}

export interface Queue {
  /** In dependency order. */
  readonly modules: readonly QueueModule[];
  /** How many run at once. */
  readonly limit: number;
  readonly tasks: readonly CheckTask[];
  readonly nextRun: number;
  /** Of the saves that are not settled yet. */
  readonly tallies: ReadonlyMap<number, Tally>;
}

export type QueueInput =
  | {
      readonly kind: 'defined';
      readonly modules: readonly QueueModule[];
      readonly limit: number;
    }
  | {
      readonly kind: 'asked';
      readonly save: number;
      readonly modules: readonly string[];
      /** Those of them whose own files changed. */
      readonly own: ReadonlySet<string>;
      /** Of each module only these checks; of one that is not named, none. */
      readonly only?: ReadonlyMap<string, ReadonlySet<CheckKind>>;
    }
  /** Its command has ended and nothing of it runs any more. */
  | { readonly kind: 'ended'; readonly run: number; readonly outcome: CheckOutcome | 'lost' }
  | {
      readonly kind: 'cancel';
      readonly modules?: ReadonlySet<string>;
      readonly reason: Cancellation['reason'];
    };

export type QueueEffect =
  | { readonly kind: 'queued'; readonly task: CheckTask }
  | { readonly kind: 'start'; readonly task: CheckTask }
  | { readonly kind: 'stop'; readonly task: CheckTask }
  | ({ readonly kind: 'cancelled'; readonly task: CheckTask } & Cancellation)
  | ({ readonly kind: 'settled'; readonly save: number } & Tally);

export const EMPTY_QUEUE: Queue = {
  modules: [],
  limit: 1,
  tasks: [],
  nextRun: 1,
  tallies: new Map(),
};

/** The queue after an input, and what is to be done about it, in this order. */
export function advanceQueue(
  before: Queue,
  input: QueueInput,
): { readonly queue: Queue; readonly effects: readonly QueueEffect[] } {
  const effects: QueueEffect[] = [];
  const taken = take(before, input, effects);
  const started = startReady(taken, effects);
  return { queue: settle(started, effects), effects };
}

function take(queue: Queue, input: QueueInput, effects: QueueEffect[]): Queue {
  switch (input.kind) {
    case 'defined': {
      const modules = inUseOrder(input.modules);
      const wanted = (task: CheckTask): boolean =>
        modules.some(({ name, checks }) => name === task.module && checks.includes(task.check));
      return cancelWhere(
        { ...queue, modules, limit: Math.max(1, input.limit) },
        (task) => !wanted(task),
        { reason: 'settings' },
        effects,
      );
    }
    case 'asked':
      return ask(queue, input, effects);
    case 'ended':
      return end(queue, input.run, input.outcome, effects);
    case 'cancel':
      return cancelWhere(
        queue,
        (task) => input.modules?.has(task.module) ?? true,
        { reason: input.reason },
        effects,
      );
    default:
      return unreachable(input);
  }
}

function ask(
  queue: Queue,
  input: QueueInput & { readonly kind: 'asked' },
  effects: QueueEffect[],
): Queue {
  const { save, own, only } = input;
  const isMeant = (module: string, check: CheckKind): boolean =>
    only === undefined || only.get(module)?.has(check) === true;
  const asked = queue.modules
    .filter(({ name }) => input.modules.includes(name))
    .flatMap(({ name, checks }) =>
      CHECK_KINDS.filter((kind) => checks.includes(kind) && isMeant(name, kind)).map((check) => ({
        module: name,
        check,
      })),
    );
  const again = (task: CheckTask): boolean =>
    asked.some(({ module, check }) => module === task.module && check === task.check);
  // A check that a dependency's save was to run, and this module's own, is this module's own still.
  const ownBefore = new Set(
    queue.tasks.filter((task) => task.own && again(task)).map((task) => task.module),
  );
  const freed = cancelWhere(queue, again, { reason: 'overtaken', by: save }, effects);
  const added = asked.map(({ module, check }, index): CheckTask => ({
    run: freed.nextRun + index,
    module,
    check,
    save,
    own: own.has(module) || ownBefore.has(module),
    state: 'waiting',
  }));
  for (const task of added) effects.push({ kind: 'queued', task });
  return {
    ...freed,
    tasks: [...freed.tasks, ...added],
    nextRun: freed.nextRun + added.length,
    tallies: new Map(freed.tallies).set(save, freed.tallies.get(save) ?? NONE),
  };
}

function end(
  queue: Queue,
  run: number,
  outcome: CheckOutcome | 'lost',
  effects: QueueEffect[],
): Queue {
  const task = queue.tasks.find((one) => one.run === run);
  if (task === undefined) return queue;
  const rest = { ...queue, tasks: queue.tasks.filter((one) => one !== task) };
  const stopped =
    task.stopped ?? (outcome === 'lost' ? { reason: 'container' as const } : undefined);
  if (stopped !== undefined) {
    effects.push({ kind: 'cancelled', task, ...stopped });
    return count(rest, task.save, 'cancelled');
  }
  const passed = outcome === 'passed';
  const counted = count(rest, task.save, passed ? 'passed' : 'failed');
  if (passed || !CHECKS[task.check].makes) return counted;
  // What does not compile cannot be tested, and what uses it would be checked against old code.
  // Linting reads sources, so a module's own change is still linted.
  return cancelWhere(
    counted,
    (other) =>
      other.state === 'waiting' &&
      (other.module === task.module
        ? needsMade(other.check)
        : usedBy(queue.modules, other.module).has(task.module) &&
          !(other.own && CHECKS[other.check].readsSources)),
    { reason: 'dependency-failed' },
    effects,
  );
}

/** Drops what waits, and has what runs stopped. */
function cancelWhere(
  queue: Queue,
  which: (task: CheckTask) => boolean,
  why: Cancellation,
  effects: QueueEffect[],
): Queue {
  const tasks: CheckTask[] = [];
  let result = queue;
  for (const task of queue.tasks) {
    if (!which(task) || task.state === 'stopping') {
      tasks.push(task);
    } else if (task.state === 'waiting') {
      effects.push({ kind: 'cancelled', task, ...why });
      result = count(result, task.save, 'cancelled');
    } else {
      const stopping: CheckTask = { ...task, state: 'stopping', stopped: why };
      effects.push({ kind: 'stop', task: stopping });
      tasks.push(stopping);
    }
  }
  return { ...result, tasks };
}

const NONE: Tally = { passed: 0, failed: 0, cancelled: 0 };

function count(queue: Queue, save: number, what: keyof Tally): Queue {
  const tally = queue.tallies.get(save) ?? NONE;
  const tallies = new Map(queue.tallies).set(save, { ...tally, [what]: tally[what] + 1 });
  return { ...queue, tallies };
}

/** Starts what has nothing left to wait for: dependencies first, then `compile`, `test`, `lint`. */
function startReady(queue: Queue, effects: QueueEffect[]): Queue {
  const place = new Map(queue.modules.map(({ name }, index) => [name, index]));
  const rank = (task: CheckTask): number =>
    (place.get(task.module) ?? 0) * CHECK_KINDS.length + CHECK_KINDS.indexOf(task.check);
  const waiting = queue.tasks
    .filter((task) => task.state === 'waiting')
    .toSorted((one, other) => rank(one) - rank(other));
  let tasks = queue.tasks;
  for (const task of waiting) {
    const busy = tasks.filter((one) => one.state !== 'waiting').length;
    if (busy >= queue.limit) break;
    if (isBlocked(queue, tasks, task)) continue;
    const running: CheckTask = { ...task, state: 'running' };
    tasks = tasks.map((one) => (one === task ? running : one));
    effects.push({ kind: 'start', task: running });
  }
  return { ...queue, tasks };
}

function isBlocked(queue: Queue, tasks: readonly CheckTask[], task: CheckTask): boolean {
  const used = usedBy(queue.modules, task.module);
  return tasks.some((other) => {
    if (other === task) return false;
    if (other.module === task.module && other.check === task.check) return true;
    if (!CHECKS[other.check].makes) return false;
    return other.module === task.module || used.has(other.module);
  });
}

/** Tells the saves of which nothing is left. */
function settle(queue: Queue, effects: QueueEffect[]): Queue {
  const open = new Set(queue.tasks.map((task) => task.save));
  const tallies = new Map(queue.tallies);
  for (const [save, tally] of queue.tallies) {
    if (open.has(save)) continue;
    tallies.delete(save);
    effects.push({ kind: 'settled', save, ...tally });
  }
  return { ...queue, tallies };
}
