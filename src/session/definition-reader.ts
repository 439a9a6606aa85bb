import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { DefinitionKeeper, Loaded } from './environment.ts';
import type { EventBus } from './event-bus.ts';
import { wantsEngine } from './plan-runner.ts';
import { solveProblem, tellProblem } from './problems.ts';

/**
 * What is read may be ahead of the watch. Something wrong that is put right before the watch looks
 * is no change to it: so long after it was read, it is read once more.
 */
const SECOND_LOOK_MS = 3_000;
const KEY = 'definition';

export interface DefinitionReaderParts {
  readonly environment: Pick<DefinitionKeeper, 'load'>;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The definition as it now is; before the environment follows it. */
  readonly onLoaded: (loaded: Loaded) => void;
  /** The definition is read as it now is, or found wrong. */
  readonly onRead: () => void;
  /** It was wrong, and is right now, though no edit was told. */
  readonly onMended: (save: number) => void;
}

export interface DefinitionReader {
  /** Reads it, and tells what is wrong with it; undefined when it is wrong. */
  load(save?: number): Promise<Loaded | undefined>;
  /** Whether an edit of the definition is being read: what holds from then on is not known yet. */
  readonly reading: boolean;
  /** The next problem is one of a new edit. */
  edited(): void;
  /** Tells why it cannot be followed, though it can be read. */
  unplanned(failures: readonly Failure[], save: number): void;
  /** It can be followed. */
  planned(save: number): void;
}

/** Reads the definition; whatever is told of it is never older than what was told before. */
export function createDefinitionReader(parts: DefinitionReaderParts): DefinitionReader {
  const { environment, bus, clock, signal } = parts;
  /** How many times the definition was begun to be read, and which of them was the last told. */
  let reads = 0;
  let told = 0;
  /** Since the last edit that was told. */
  let lookedTwice = false;
  /** Whether it can be read, and not be followed: it is not solved before a plan can be made. */
  let isUnplanned = false;
  /** The save of the problem that was told last. */
  let toldOf: number | undefined;

  function isTold(failures: readonly Failure[]): boolean {
    const before = bus.state.problems.find(({ key }) => key === KEY)?.failures;
    return JSON.stringify(before) === JSON.stringify(failures);
  }

  async function load(save = 0): Promise<Loaded | undefined> {
    reads += 1;
    const read = reads;
    const loaded = await environment.load();
    // One that began later was faster: this one has read what does not hold any more.
    if (read > told) {
      told = read;
      if (loaded.ok) {
        if (!isUnplanned) solveProblem(bus, KEY, save);
        parts.onLoaded(loaded.value);
      } else {
        isUnplanned = false;
        problem(loaded.failure, save);
      }
      if (read === reads) parts.onRead();
    }
    return loaded.ok ? loaded.value : undefined;
  }

  function problem(failures: readonly Failure[], save: number): void {
    // A second look that comes to the same is no news.
    if (save !== toldOf || !isTold(failures)) {
      tellProblem(bus, { key: KEY, level: 'error', failures, save });
    }
    toldOf = save;
    if (!lookedTwice && !wantsEngine(failures)) void lookAgain(save);
  }

  async function lookAgain(save: number): Promise<void> {
    lookedTwice = true;
    const before = reads;
    await clock.sleep(SECOND_LOOK_MS, signal).catch(() => undefined);
    // Whoever edits meanwhile has it read.
    if (signal.aborted || reads !== before) return;
    if ((await environment.load()).ok && reads === before) parts.onMended(save);
  }

  return {
    load,
    get reading() {
      return told < reads;
    },
    edited: () => {
      lookedTwice = false;
    },
    unplanned: (failures, save) => {
      isUnplanned = true;
      problem(failures, save);
    },
    planned: (save) => {
      isUnplanned = false;
      solveProblem(bus, KEY, save);
    },
  };
}
