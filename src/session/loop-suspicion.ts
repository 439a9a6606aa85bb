import { unreachable } from '../util/unreachable.ts';
import type { RecentRun } from './run-history.ts';

/** How far apart times may be that are called alike: by so much, or this part of the longest. */
interface Spread {
  readonly ms: number;
  readonly factor: number;
}

/**
 * What speaks for a command that writes the file, and against a person: the file changes again and
 * again in the run that its last change started, at about the same moment of it.
 */
interface Evidence {
  readonly rounds: number;
  readonly ms: number;
  /** How long after the start of the run it changes. */
  readonly delays: Spread;
  /** From change to change: rounds also wait for other checks. */
  readonly intervals: Spread;
}

/** A few rounds that are much alike, or many that are less so: of a machine under load. */
const EVIDENCE: readonly Evidence[] = [
  {
    rounds: 4,
    ms: 15_000,
    delays: { ms: 150, factor: 0.15 },
    intervals: { ms: 500, factor: 0.3 },
  },
  {
    rounds: 16,
    ms: 0,
    delays: { ms: 2_000, factor: 0.15 },
    intervals: { ms: 5_000, factor: 0.3 },
  },
];
const MOST_ROUNDS = 64;
/** The moment at which a suspect changes is as before within this. */
const SAME_MOMENT: Spread = { ms: 1_000, factor: 0.15 };

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
  /** The file of the last change. */
  readonly path: string;
  readonly phase: 'counting' | 'suspect' | 'tried' | 'looping';
  /** The last ones, in a row. */
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
  readonly path: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What ran at that moment. */
  readonly during: readonly RecentRun[];
}

/** What is known of a file after one more change of it. */
export function afterChange(last: Suspicion | undefined, sighting: Sighting): Suspicion {
  const { module, path, at, during } = sighting;
  const changedAt = at;
  const fresh: Suspicion = { module, path, phase: 'counting', rounds: [], changedAt, held: false };
  if (last === undefined) return fresh;
  const before = { ...last, path };
  const looping = before.phase === 'looping';
  if (during.length === 0) return looping ? { ...before, changedAt, held: false } : fresh;
  const caused = during.map(({ from }) => from).filter((from) => from >= before.changedAt);
  // Still in the run that it was changed in before.
  if (caused.length === 0) {
    return before.phase === 'tried'
      ? fresh
      : { ...before, changedAt, held: before.phase !== 'counting' };
  }
  const round = { at, delayMs: at - Math.max(...caused), intervalMs: at - before.changedAt };
  const rounds = [...before.rounds, round].slice(-MOST_ROUNDS);
  switch (before.phase) {
    case 'counting': {
      const alike = EVIDENCE.map((evidence) => given(evidence, rounds)).find(Boolean);
      if (alike === undefined) return { ...before, rounds, changedAt };
      return { ...before, rounds: alike, changedAt, phase: 'suspect', held: true };
    }
    case 'suspect':
      return { ...before, changedAt, held: true };
    case 'tried':
      return isAsBefore(before, round)
        ? { ...before, phase: 'looping', changedAt, held: true }
        : fresh;
    case 'looping':
      return { ...before, changedAt, held: isAsBefore(before, round) };
    default:
      return unreachable(before.phase);
  }
}

/** The last rounds, as many as are that evidence; undefined if they are not. */
function given(evidence: Evidence, rounds: readonly Round[]): readonly Round[] | undefined {
  for (let count = evidence.rounds; count <= rounds.length; count += 1) {
    const last = rounds.slice(-count);
    if (
      !areAlike(delaysOf(last), evidence.delays) ||
      !areAlike(
        last.map(({ intervalMs }) => intervalMs),
        evidence.intervals,
      )
    ) {
      return undefined;
    }
    const [first, newest] = [last.at(0), last.at(-1)];
    if (first === undefined || newest === undefined) return undefined;
    if (newest.at - first.at + first.intervalMs >= evidence.ms) return last;
  }
  return undefined;
}

/** Whether it changed at the moment of the run at which it does. */
function isAsBefore({ rounds }: Suspicion, { delayMs }: Round): boolean {
  const delays = delaysOf(rounds);
  const tolerance = Math.max(SAME_MOMENT.ms, Math.max(...delays) * SAME_MOMENT.factor);
  return delayMs >= Math.min(...delays) - tolerance && delayMs <= Math.max(...delays) + tolerance;
}

const delaysOf = (rounds: readonly Round[]): readonly number[] =>
  rounds.map(({ delayMs }) => delayMs);

function areAlike(times: readonly number[], { ms, factor }: Spread): boolean {
  const [least, most] = [Math.min(...times), Math.max(...times)];
  return most - least <= Math.max(ms, most * factor);
}
