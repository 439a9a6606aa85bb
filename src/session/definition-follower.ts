import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Result } from '../util/result.ts';
import { createDefinitionReader } from './definition-reader.ts';
import type { EditOptions, DefinitionKeeper, Loaded } from './environment.ts';
import type { EventBus } from './event-bus.ts';
import { createPlanRunner, wantsEngine } from './plan-runner.ts';

export interface DefinitionParts {
  readonly environment: DefinitionKeeper;
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
  apply(options: EditOptions, cause?: string): Promise<Result<void, readonly Failure[]>>;
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
 *            last good stays)              │ edited again, or another plan by now: superseded by
 *                                          ▼ the next plan, which is asked for as well
 *
 * One edit is worked on at a time; those that come meanwhile are read at once, and planned for
 * together afterwards.
 */
export function createDefinitionFollower(parts: DefinitionParts): DefinitionFollower {
  const { environment, bus, clock, onLoaded, onRead, onApplied } = parts;
  const over = new AbortController();
  const { signal } = over;
  let waiting: { files: Set<string>; save: number } | undefined;
  let working = false;
  const plans = createPlanRunner({
    ...{ environment, bus, clock, signal, onApplied },
    onOutdated: ({ files, save }) => follows(files, save),
    onPlanned: ({ save }) => reader.planned(save),
  });
  const reader = createDefinitionReader({
    ...{ environment, bus, clock, signal, onLoaded, onRead },
    onMended: (save) => follows([], save),
  });

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    while (waiting !== undefined && !signal.aborted) {
      const { files, save } = waiting;
      waiting = undefined;
      await follow([...files], save);
    }
    working = false;
  }

  async function follow(edits: readonly string[], newest: number): Promise<void> {
    // A plan that nobody answered is part of the next one.
    const { asked } = plans;
    const files = [...new Set([...(asked?.files ?? []), ...edits])].sort();
    const save = Math.max(asked?.save ?? 0, newest);
    const loaded = await reader.load(save);
    if (loaded === undefined) return;
    const planned = await plans.propose({ files, save }, loaded.settings.apply);
    if (planned.ok || signal.aborted) return;
    if (wantsEngine(planned.failure)) plans.miss({ files, save });
    reader.unplanned(planned.failure, save);
  }

  function edited(files: readonly string[], save: number): void {
    reader.edited();
    follows(files, save);
  }

  function follows(files: readonly string[], save: number): void {
    waiting = {
      files: new Set([...(waiting?.files ?? []), ...files]),
      save: Math.max(waiting?.save ?? 0, save),
    };
    // While a plan is carried out, which can take minutes, switches of the settings hold at once.
    if (working) void reader.load(save);
    else void work();
  }

  return {
    load: async () => (await reader.load()) !== undefined,
    get reading() {
      return reader.reading;
    },
    edited,
    engineReturned: (stopped) => {
      const missed = plans.takeMissed();
      if (stopped.length === 0 && missed === undefined) return;
      const { files, save } = missed ?? { files: [], save: 0 };
      edited(files, save);
    },
    apply: (options, cause) => plans.apply(options, cause),
    answer: (plan, apply) => plans.answer(plan, apply),
    stop: async () => {
      over.abort();
      await plans.idle();
    },
  };
}
