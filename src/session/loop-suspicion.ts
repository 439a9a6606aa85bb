import { unreachable } from '../util/unreachable.ts';
import type { Run } from './run-history.ts';

/** So many times in a row a file changes, at the same moment of the run that its last change started, … */
const ROUNDS = 4;
/** … for so long, or so many times: more than a person’s, or a script’s, saves do by chance. */
const LEAST_MS = 15_000;
const MANY_ROUNDS = 16;
/** A command writes its file after about the same time; a person saves at any. */
const DELAYS: Spread = { ms: 150, factor: 0.15 };
/** Rounds also wait for other checks. */
const INTERVALS: Spread = { ms: 500, factor: 0.3 };

/** How far apart times may be that are called alike: by so much, or this part of the longest. */
interface Spread {
  readonly ms: number;
  readonly factor: number;
}

/**
 * What is known of a file that changes while checks run.
 *
 *     counting ── enough rounds alike ─► suspect ── nothing ran for a while ──► tried
 *        ▲                                                                        │ the run is over,
 *        │◄───────────────────────────────────────────────────────────────────────┤ it did not change,
 *        │                                                                        │ or not at that moment
 *        │                                                                        ▼ it changed again
 *        └──── a run is over in which it did not change ◄────────────────────── looping
 *
 * While it is suspect or looping, its changes at that moment of a run are held; any other is a
 * person’s, and is checked at once. What is held is checked later: no save is ever lost.
 */
export interface Suspicion {
  readonly module: string;
  readonly phase: 'counting' | 'suspect' | 'tried' | 'looping';
  /** The last ones that are alike, at most MANY_ROUNDS. */
  readonly rounds: readonly Round[];
  /** Epoch milliseconds of the last change. */
  readonly changedAt: number;
  /** Its last change has started nothing. */
  readonly held: boolean;
}

/** A change in the run that the change before it had started. */
interface Round {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Since the start of that run. */
  readonly delayMs: number;
  /** Since the change before. */
  readonly intervalMs: number;
}

/** One more change of a file. */
export interface Sighting {
  readonly module: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What ran at that moment. */
  readonly during: readonly Run[];
}

/** What is known of a file after one more change of it. */
export function afterChange(before: Suspicion | undefined, sighting: Sighting): Suspicion {
  const { module, at, during } = sighting;
  const changedAt = at;
  const fresh: Suspicion = { module, phase: 'counting', rounds: [], changedAt, held: false };
  if (before === undefined) return fresh;
  const looping = before.phase === 'looping';
  if (during.length === 0) return looping ? { ...before, changedAt, held: false } : fresh;
  const caused = during.map(({ from }) => from).filter((from) => from >= before.changedAt);
  // Still in the run that it was changed in before.
  if (caused.length === 0) {
    return before.phase === 'tried' ? fresh : { ...before, changedAt, held: isHeld(before) };
  }
  const round = { at, delayMs: at - Math.max(...caused), intervalMs: at - before.changedAt };
  const asBefore = areAlike(delaysOf([...before.rounds, round]), DELAYS);
  switch (before.phase) {
    case 'counting': {
      const rounds = alikeOnes([...before.rounds, round]);
      const now = { ...before, rounds, changedAt };
      return isEnough(rounds) ? { ...now, phase: 'suspect', held: true } : now;
    }
    case 'suspect':
      return { ...before, changedAt, held: true };
    case 'tried':
      return asBefore ? { ...before, phase: 'looping', changedAt, held: true } : fresh;
    case 'looping':
      return { ...before, changedAt, held: asBefore };
    default:
      return unreachable(before.phase);
  }
}

const isHeld = ({ phase }: Suspicion): boolean => phase !== 'counting';

/** The last rounds that are alike, in their delays and in their intervals. */
function alikeOnes(rounds: readonly Round[]): readonly Round[] {
  let kept = rounds.slice(-MANY_ROUNDS);
  while (
    !areAlike(delaysOf(kept), DELAYS) ||
    !areAlike(
      kept.map(({ intervalMs }) => intervalMs),
      INTERVALS,
    )
  ) {
    kept = kept.slice(1);
  }
  return kept;
}

function isEnough(rounds: readonly Round[]): boolean {
  const [first, last] = [rounds.at(0), rounds.at(-1)];
  if (first === undefined || last === undefined || rounds.length < ROUNDS) return false;
  return rounds.length === MANY_ROUNDS || last.at - first.at + first.intervalMs >= LEAST_MS;
}

const delaysOf = (rounds: readonly Round[]): readonly number[] =>
  rounds.map(({ delayMs }) => delayMs);

function areAlike(times: readonly number[], { ms, factor }: Spread): boolean {
  const [least, most] = [Math.min(...times), Math.max(...times)];
  return most - least <= Math.max(ms, most * factor);
}
