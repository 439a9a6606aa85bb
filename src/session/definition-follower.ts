import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import type { ApplyOptions, Environment, Loaded } from './environment.ts';
import type { EventBus } from './event-bus.ts';

/**
 * What is read may be ahead of the watch. Something wrong that is put right before the watch looks
 * is no change to it: so long after it was read, it is read once more.
 */
const SECOND_LOOK_MS = 3_000;

export interface DefinitionParts {
  readonly environment: Environment;
  readonly bus: EventBus;
  readonly clock: Clock;
  /** The definition as it now is; before the environment follows it. */
  readonly onLoaded: (loaded: Loaded) => void;
  /** The definition is read as it now is, or found wrong. */
  readonly onRead: () => void;
  /** A plan was carried out, well or not. */
  readonly onApplied: () => void;
}

export interface DefinitionFollower {
  /** Reads the definition for the first time. */
  load(): Promise<boolean>;
  /** Whether an edit of the definition is being read: what holds from then on is not known yet. */
  readonly reading: boolean;
  /** A definition file or a lockfile was edited: regenerate, plan, and apply or ask. */
  edited(files: readonly string[], save: number): void;
  /**
   * The engine answers again: what it does not run any more is started (setting `apply`), and edits
   * that could not be planned or applied without it are followed now.
   */
  engineReturned(stopped: readonly string[]): void;
  /**
   * Applies at once what a person, or a rule of theirs, asked for.
   * @param cause `asked for`, `src/a.js changed`.
   */
  apply(options: ApplyOptions, cause?: string): Promise<Result<void, readonly Failure[]>>;
  answer(plan: number, apply: boolean): Result<void, Failure>;
  /** Gives up what is being applied; resolves when nothing of it is at work any more. */
  stop(): Promise<void>;
}

/**
 * Keeps the environment in line with its definition.
 *
 *     edited ──► load ──► plan ──► (empty)
 *                 │ wrong   │
 *                 ▼         ├─ auto ─► applying ─► applied | failed
 *           (problem told,  └─ ask ──► waiting-for-answer ─► applying | declined
 *            last good stays)              │ edited again: superseded by the next plan
 *
 * One edit is worked on at a time; those that come meanwhile are read at once, and planned for
 * together afterwards.
 */
export function createDefinitionFollower(parts: DefinitionParts): DefinitionFollower {
  const { environment, bus, clock, onLoaded } = parts;
  const over = new AbortController();
  let waiting: { files: Set<string>; save: number } | undefined;
  /** What could not be followed because no engine answered. */
  let missed: { readonly files: readonly string[]; readonly save: number } | undefined;
  let working = false;
  const atWork = new Set<Promise<unknown>>();
  let plans = 0;
  /** How many times the definition was begun to be read, and which of them was the last told. */
  let reads = 0;
  let told = 0;
  /** Since the last edit that was told. */
  let lookedTwice = false;
  let asked:
    | {
        readonly plan: number;
        readonly operations: readonly string[];
        readonly files: readonly string[];
        readonly save: number;
      }
    | undefined;

  async function load(save = 0): Promise<Loaded | undefined> {
    reads += 1;
    const read = reads;
    const loaded = await environment.load();
    // One that began later was faster: this one has read what does not hold any more.
    if (read > told) {
      told = read;
      if (loaded.ok) {
        solved(save);
        onLoaded(loaded.value);
      } else {
        problem(loaded.failure, save);
      }
      if (read === reads) parts.onRead();
    }
    return loaded.ok ? loaded.value : undefined;
  }

  function problem(failures: readonly Failure[], save: number): void {
    bus.emit({ kind: 'problem', save, key: 'definition', level: 'error', failures });
    if (!lookedTwice && !wantsEngine(failures)) void lookAgain(save);
  }

  async function lookAgain(save: number): Promise<void> {
    lookedTwice = true;
    const before = reads;
    await clock.sleep(SECOND_LOOK_MS, over.signal).catch(() => undefined);
    // Whoever edits meanwhile has it read.
    if (over.signal.aborted || reads !== before) return;
    if ((await environment.load()).ok && reads === before) follows([], save);
  }

  function solved(save: number): void {
    if (bus.state.problems.some(({ key }) => key === 'definition')) {
      bus.emit({ kind: 'problem-solved', save, key: 'definition' });
    }
  }

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    while (waiting !== undefined && !over.signal.aborted) {
      const { files, save } = waiting;
      waiting = undefined;
      await follow([...files], save);
    }
    working = false;
  }

  async function follow(edits: readonly string[], newest: number): Promise<void> {
    // A plan that nobody answered is part of the next one.
    const files = [...new Set([...(asked?.files ?? []), ...edits])].sort();
    const save = Math.max(asked?.save ?? 0, newest);
    const loaded = await load(save);
    if (loaded === undefined) return;
    const planned = await environment.plan();
    if (over.signal.aborted) return;
    if (!planned.ok) {
      if (wantsEngine(planned.failure)) missed = { files, save };
      problem(planned.failure, save);
      return;
    }
    plans += 1;
    const operations = planned.value;
    const plan = { kind: 'plan', save, plan: plans, operations, files } as const;
    asked = undefined;
    if (operations.length === 0) {
      bus.emit({ ...plan, state: 'empty' });
    } else if (loaded.settings.apply === 'ask') {
      asked = { plan: plans, operations, files, save };
      bus.emit({ ...plan, state: 'waiting-for-answer' });
    } else {
      await carryOut(plans, operations, files, save);
    }
  }

  async function carryOut(
    number: number,
    operations: readonly string[],
    files: readonly string[],
    save: number,
    options: ApplyOptions = {},
  ): Promise<Result<void, readonly Failure[]>> {
    const plan = { kind: 'plan', save, plan: number, operations, files } as const;
    const startedAt = clock.now();
    bus.emit({ ...plan, state: 'applying' });
    const applying = environment.apply(options, over.signal);
    atWork.add(applying);
    const applied = await applying.finally(() => atWork.delete(applying));
    const durationMs = clock.now() - startedAt;
    parts.onApplied();
    if (!applied.ok && wantsEngine(applied.failure)) missed = { files, save };
    if (applied.ok) bus.emit({ ...plan, state: 'applied', durationMs });
    else bus.emit({ ...plan, state: 'failed', durationMs, failures: applied.failure });
    return applied;
  }

  function edited(files: readonly string[], save: number): void {
    lookedTwice = false;
    follows(files, save);
  }

  function follows(files: readonly string[], save: number): void {
    waiting = {
      files: new Set([...(waiting?.files ?? []), ...files]),
      save: Math.max(waiting?.save ?? 0, save),
    };
    // While a plan is carried out, which can take minutes, switches of the settings hold at once.
    if (working) void load(save);
    else void work();
  }

  return {
    load: async () => (await load()) !== undefined,
    get reading() {
      return told < reads;
    },
    edited,
    engineReturned: (stopped) => {
      if (stopped.length === 0 && missed === undefined) return;
      const { files, save } = missed ?? { files: [], save: 0 };
      missed = undefined;
      edited(files, save);
    },
    apply: async (options, cause = 'asked for') => {
      plans += 1;
      const operations = [
        ...(options.recreate ?? []).map((service) => `recreate ${service}: ${cause}`),
        ...(options.resetData ?? []).map((service) => `reset data of ${service}: ${cause}`),
      ];
      return carryOut(plans, operations, [], 0, options);
    },
    answer: (plan, apply) => {
      if (asked?.plan !== plan) {
        return fail({
          reason: 'usage',
          what: `plan ${plan} does not wait for an answer (any more)`,
        });
      }
      const { operations, files, save } = asked;
      asked = undefined;
      if (apply) void carryOut(plan, operations, files, save);
      else bus.emit({ kind: 'plan', save, plan, operations, files, state: 'declined' });
      return ok(undefined);
    },
    stop: async () => {
      over.abort();
      await Promise.allSettled(atWork);
    },
  };
}

const wantsEngine = (failures: readonly Failure[]): boolean =>
  failures.some(({ reason }) => reason === 'no-engine');
