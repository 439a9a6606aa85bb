import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceSchedule, newSchedule, type Schedulable } from '../../../src/engine/schedule.ts';
import { byUrgency } from '../../../src/engine/urgency.ts';

interface Timed extends Schedulable {
  readonly ms: number;
}

const step = (id: string, ms: number, needs: readonly string[] = []): Timed => ({
  ...{ id, ms, needs, after: [], weight: 1 },
});
const names = (steps: readonly Timed[]): readonly string[] => steps.map(({ id }) => id);
const ordered = (steps: readonly Timed[]): readonly Timed[] => byUrgency(steps, ({ ms }) => ms);

/** How long all of it takes on so many cores: as an executor has it, on a clock that jumps. */
function lengthMs(steps: readonly Timed[], cores: number): number {
  let next = advanceSchedule(newSchedule(steps, { cores }), { kind: 'begin' });
  let nowMs = 0;
  const running = new Map<string, number>();
  for (;;) {
    for (const effect of next.effects) {
      if (effect.kind !== 'start') continue;
      for (const { id, ms } of effect.steps) running.set(id, nowMs + ms);
    }
    const [first] = [...running].toSorted(([, a], [, b]) => a - b);
    if (first === undefined) return nowMs;
    const [id, endsAtMs] = first;
    nowMs = endsAtMs;
    running.delete(id);
    next = advanceSchedule(next.schedule, { kind: 'ended', id, outcome: 'done' });
  }
}

describe('the order of what is ready', () => {
  it('begins with the longest chain, not with the longest step', () => {
    const steps = [
      step('install:web', 9),
      step('compile:pricing', 2),
      step('start:pricing', 4, ['compile:pricing']),
      step('start:api', 4, ['start:pricing']),
    ];
    expect(names(ordered(steps)).slice(0, 2)).toEqual(['compile:pricing', 'install:web']);
  });

  it('counts what only has to be over as well', () => {
    const later = { ...step('b', 5), after: ['a'] };
    expect(names(ordered([step('c', 4), step('a', 1), later]))).toEqual(['a', 'b', 'c']);
  });

  it('leaves those alike in their order, and hangs on no circle', () => {
    expect(names(ordered([step('a', 1), step('b', 1), step('c', 1)]))).toEqual(['a', 'b', 'c']);
    expect(ordered([step('a', 1, ['b']), step('b', 1, ['a'])])).toHaveLength(2);
  });

  it('has what others wait for begin before three long installs, as in a new clone of a shop', () => {
    const steps = [
      step('install:common', 6_000),
      step('install:api', 6_000),
      step('install:worker', 6_000),
      step('compile:common', 2_000, ['install:common']),
      step('compile:api', 2_000, ['install:api', 'compile:common']),
      step('compile:worker', 2_000, ['install:worker', 'compile:common']),
      step('seed', 1_500),
      step('compile:pricing', 1_600, ['seed']),
      step('healthy:pricing', 1_000, ['compile:pricing']),
      step('healthy:api', 2_000, ['compile:api', 'healthy:pricing']),
      step('healthy:worker', 2_000, ['compile:worker', 'healthy:api']),
    ];
    expect(lengthMs(ordered(steps), 2)).toBeLessThan(lengthMs(steps, 2));
  });
});

const graphs: fc.Arbitrary<readonly Timed[]> = fc
  .array(fc.record({ needs: fc.array(fc.nat(), { maxLength: 3 }), ms: fc.nat({ max: 50 }) }), {
    minLength: 1,
    maxLength: 20,
  })
  .map((drafts) =>
    drafts.map(({ needs, ms }, index) =>
      step(`s${index}`, ms, index === 0 ? [] : needs.map((pick) => `s${pick % index}`)),
    ),
  );

/** Milliseconds of the longest chain. */
function longestMs(steps: readonly Timed[]): number {
  const ends = new Map<string, number>();
  for (const { id, ms, needs } of steps) {
    ends.set(id, ms + Math.max(0, ...needs.map((need) => ends.get(need) ?? 0)));
  }
  return Math.max(...ends.values());
}

describe('any plan that is begun by urgency', () => {
  it('takes no longer than its longest chain and its share of the cores together', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 4 }), (steps, cores) => {
        const sum = steps.reduce((all, { ms }) => all + ms, 0);
        const chain = longestMs(steps);
        const took = lengthMs(ordered(steps), cores);
        expect(took).toBeGreaterThanOrEqual(Math.max(chain, sum / cores) - 1e-6);
        // Graham's bound, which no order breaks that never idles.
        expect(took).toBeLessThanOrEqual(sum / cores + chain * (1 - 1 / cores) + 1e-6);
      }),
    );
  });

  it('has the same steps, each once', () => {
    fc.assert(
      fc.property(graphs, (steps) => {
        expect([...names(ordered(steps))].sort()).toEqual([...names(steps)].sort());
      }),
    );
  });
});
