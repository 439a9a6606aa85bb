import { tookMs, type RunRecord } from './run-record.ts';

/** So many earlier times say how long something usually takes. */
const ENOUGH = 3;
/** No more than so many count: what was long ago is another program. */
const COUNTED = 20;
/** Less is chance. */
const NOTABLE_SHARE = 0.25;
const NOTABLE_MS = 500;

/** How long a step took in earlier runs. */
export interface Trend {
  /** The median of earlier runs. */
  readonly usualMs: number;
  /** How many there were. */
  readonly times: number;
  /** Of this one beside them; `same` while it is not over. */
  readonly direction: 'slower' | 'faster' | 'same';
}

export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function direction(ms: number | undefined, usualMs: number, times: number): Trend['direction'] {
  if (ms === undefined || times < ENOUGH) return 'same';
  const off = ms - usualMs;
  if (Math.abs(off) < Math.max(NOTABLE_MS, usualMs * NOTABLE_SHARE)) return 'same';
  return off > 0 ? 'slower' : 'faster';
}

/** How long each step was done in, in these runs; the newest first. */
function times(runs: readonly RunRecord[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const step of runs.flatMap(({ steps }) => steps)) {
    const ms = tookMs(step);
    if (step.outcome !== 'done' || ms === undefined) continue;
    const known = found.get(step.id);
    if (known === undefined) found.set(step.id, [ms]);
    else known.push(ms);
  }
  return found;
}

/** Trends of a run's steps, by id, from the runs before it. Pure. */
export function trendsOf(
  run: RunRecord,
  history: readonly RunRecord[],
): ReadonlyMap<string, Trend> {
  const before = history
    .filter(({ id, startedAtMs }) => id !== run.id && startedAtMs <= run.startedAtMs)
    .toSorted((a, b) => b.startedAtMs - a.startedAtMs);
  const earlier = times(before);
  return new Map(
    run.steps.flatMap((step): readonly (readonly [string, Trend])[] => {
      const counted = (earlier.get(step.id) ?? []).slice(0, COUNTED);
      const usualMs = median(counted);
      if (usualMs === undefined) return [];
      const ms = step.outcome === 'done' ? tookMs(step) : undefined;
      const told = { usualMs, times: counted.length };
      return [[step.id, { ...told, direction: direction(ms, usualMs, counted.length) }]];
    }),
  );
}

/** A check that came to both, with the same sources. */
export interface FlakyStep {
  readonly id: string;
  /** Full hash of the commit of its last failure. */
  readonly commit: string;
  readonly failed: number;
  readonly passed: number;
}

/** Checks that failed and passed with all the same inputs, the latest first. Pure. */
export function flakySteps(history: readonly RunRecord[]): readonly FlakyStep[] {
  const found = new Map<string, FlakyStep>();
  const oldestFirst = history.toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  for (const { commit, steps } of oldestFirst) {
    for (const { id, key, outcome } of steps) {
      if (key === undefined || (outcome !== 'done' && outcome !== 'failed')) continue;
      const before = found.get(key) ?? { id, commit, failed: 0, passed: 0 };
      found.delete(key);
      found.set(
        key,
        outcome === 'failed'
          ? { ...before, commit, failed: before.failed + 1 }
          : { ...before, passed: before.passed + 1 },
      );
    }
  }
  return [...found.values()].filter(({ failed, passed }) => failed > 0 && passed > 0).reverse();
}
