import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advanceSchedule,
  newSchedule,
  type Capacity,
  type Schedulable,
  type Schedule,
  type ScheduleInput,
} from '../../../src/engine/schedule.ts';

const step = (id: string, overrides: Partial<Schedulable> = {}): Schedulable => ({
  ...{ id, needs: [], after: [], weight: 0 },
  ...overrides,
});

/** Feeds inputs and tells what was done, a line an effect. */
function bench(steps: readonly Schedulable[], capacity: Capacity = { cores: 2 }) {
  let schedule: Schedule<Schedulable> = newSchedule(steps, capacity);
  return (input: ScheduleInput): readonly string[] => {
    const next = advanceSchedule(schedule, input);
    schedule = next.schedule;
    return next.effects.map((effect) => {
      if (effect.kind === 'start') return `start ${effect.steps.map(({ id }) => id).join(' ')}`;
      if (effect.kind === 'over') return 'over';
      return `cancelled ${effect.step.id} because of ${String(effect.because)}`;
    });
  };
}

const ended = (id: string, outcome: 'done' | 'failed' = 'done') =>
  ({ kind: 'ended', id, outcome }) as const;

describe('the schedule of a plan', () => {
  it('begins all that is ready together, and the rest with what it needs', () => {
    const feed = bench([step('a'), step('b'), step('c', { needs: ['a'], after: ['b'] })]);
    expect(feed({ kind: 'begin' })).toEqual(['start a b']);
    expect(feed(ended('a'))).toEqual([]);
    expect(feed(ended('b', 'failed'))).toEqual(['start c']);
    expect(feed(ended('c'))).toEqual(['over']);
  });

  it('cancels what hangs on a failure, however far, and finishes the rest', () => {
    const feed = bench([
      step('a'),
      step('b', { needs: ['a'] }),
      step('c', { needs: ['b'] }),
      step('d'),
      step('e', { needs: ['d'] }),
    ]);
    feed({ kind: 'begin' });
    expect(feed(ended('a', 'failed'))).toEqual([
      'cancelled b because of a',
      'cancelled c because of a',
    ]);
    expect(feed(ended('d'))).toEqual(['start e']);
    expect(feed(ended('e'))).toEqual(['over']);
  });

  it('lets what fits go before a big one that has no room yet', () => {
    const feed = bench([
      step('small', { weight: 1 }),
      step('big', { weight: 2 }),
      step('later', { weight: 1 }),
      step('free'),
    ]);
    expect(feed({ kind: 'begin' })).toEqual(['start small later free']);
    expect(feed(ended('small'))).toEqual([]);
    expect(feed(ended('later'))).toEqual(['start big']);
  });

  it('has only so many of a lane at work, however many cores are free', () => {
    const compile = (id: string) => step(id, { weight: 1, lane: 'compile' });
    const steps = [compile('a'), compile('b'), compile('c'), step('d', { weight: 1 })];
    const feed = bench(steps, { cores: 8, lanes: { compile: 2 } });
    expect(feed({ kind: 'begin' })).toEqual(['start a b d']);
    expect(feed(ended('d'))).toEqual([]);
    expect(feed(ended('b'))).toEqual(['start c']);
  });

  it('counts thirds of cores to whole ones', () => {
    const pulls = ['a', 'b', 'c', 'd'].map((id) => step(id, { weight: 1 / 3 }));
    expect(bench(pulls, { cores: 1 })({ kind: 'begin' })).toEqual(['start a b c']);
  });

  it('begins nothing when it is given up, and is over when nothing runs any more', () => {
    const feed = bench([step('a'), step('b', { needs: ['a'] })]);
    feed({ kind: 'begin' });
    expect(feed({ kind: 'give-up' })).toEqual(['cancelled b because of undefined']);
    expect(feed(ended('a'))).toEqual(['over']);
  });

  it('does not wait for ever for steps that wait for one another', () => {
    const feed = bench([step('a', { needs: ['b'] }), step('b', { after: ['a'] })]);
    expect(feed({ kind: 'begin' })).toEqual([
      'cancelled a because of undefined',
      'cancelled b because of undefined',
      'over',
    ]);
  });
});

/** Graphs without circles: a step waits for earlier ones only. */
const graphs: fc.Arbitrary<readonly Schedulable[]> = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(), { maxLength: 3 }),
      after: fc.array(fc.nat(), { maxLength: 2 }),
      weight: fc.constantFrom(0, 0.5, 1, 2, 5),
      lane: fc.constantFrom(undefined, 'narrow', 'wide'),
    }),
    { maxLength: 25 },
  )
  .map((drafts) =>
    drafts.map(({ needs, after, weight, lane }, index) => {
      const earlier = (picks: readonly number[]): readonly string[] =>
        index === 0 ? [] : picks.map((pick) => `s${pick % index}`);
      return { id: `s${index}`, needs: earlier(needs), after: earlier(after), weight, lane };
    }),
  );

const isOngoing = (state: string | undefined): boolean =>
  state === 'waiting' || state === 'running';

const LANES: Readonly<Record<string, number>> = { narrow: 1, wide: 3 };

describe('any schedule', () => {
  it('keeps to its cores, lanes and order, idles with nothing that fits, and ends for every step', () => {
    fc.assert(
      fc.property(
        graphs,
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 9 }))),
        fc.option(fc.nat({ max: 20 }), { nil: undefined }),
        (steps, cores, choices, givenUpAt) => {
          let schedule = newSchedule(steps, { cores, lanes: LANES });
          const byId = new Map(steps.map((one) => [one.id, one]));
          const running = new Set<string>();
          let overs = 0;
          const feed = (input: ScheduleInput): void => {
            const next = advanceSchedule(schedule, input);
            const before = schedule.states;
            schedule = next.schedule;
            for (const effect of next.effects) {
              if (effect.kind === 'over') overs += 1;
              if (effect.kind !== 'start') continue;
              for (const one of effect.steps) {
                expect(before.get(one.id)).toBe('waiting');
                for (const id of one.needs) expect(schedule.states.get(id)).toBe('done');
                for (const id of one.after) {
                  expect(['done', 'failed', 'cancelled']).toContain(schedule.states.get(id));
                }
                running.add(one.id);
              }
            }
            const at = [...running].flatMap((id) => byId.get(id) ?? []);
            const busy = at.reduce((sum, { weight }) => sum + Math.min(weight, cores), 0);
            expect(busy).toBeLessThanOrEqual(cores);
            const inLane = (lane: string | undefined): number =>
              at.filter((one) => one.lane === lane).length;
            const isFree = ({ lane = '' }: Schedulable): boolean =>
              inLane(lane) < (LANES[lane] ?? Infinity);
            for (const [lane, width] of Object.entries(LANES)) {
              expect(inLane(lane)).toBeLessThanOrEqual(width);
            }
            const fitting = steps.filter(
              (one) =>
                schedule.states.get(one.id) === 'waiting' &&
                one.needs.every((id) => schedule.states.get(id) === 'done') &&
                one.after.every((id) => !isOngoing(schedule.states.get(id))) &&
                Math.min(one.weight, cores) <= cores - busy &&
                isFree(one),
            );
            expect(fitting).toEqual([]);
          };
          feed({ kind: 'begin' });
          let round = 0;
          while (running.size > 0) {
            if (round === givenUpAt) feed({ kind: 'give-up' });
            round += 1;
            const [pick, luck] = choices.next().value as [number, number];
            const id = [...running][pick % running.size] ?? '';
            running.delete(id);
            feed({ kind: 'ended', id, outcome: luck < 2 ? 'failed' : 'done' });
          }
          expect(overs).toBeGreaterThan(0);
          for (const one of steps) {
            const state = schedule.states.get(one.id);
            expect(['done', 'failed', 'cancelled']).toContain(state);
            const lost = one.needs.some((id) => schedule.states.get(id) !== 'done');
            if (lost) expect(state).toBe('cancelled');
            else if (givenUpAt === undefined) expect(state).not.toBe('cancelled');
          }
        },
      ),
    );
  });
});
