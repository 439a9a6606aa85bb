import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedStep, RunRecord } from '../../../src/release/run-record.ts';
import { flakySteps, median, trendsOf } from '../../../src/release/run-trends.ts';

const step = (id: string, ms: number, change: Partial<RecordedStep> = {}): RecordedStep => ({
  ...{ id, needs: [], cause: '', outcome: 'done', startedAtMs: 1000, endedAtMs: 1000 + ms },
  ...change,
});

const run = (at: number, ...steps: RecordedStep[]): RunRecord => ({
  ...{ id: String(at), project: 'p', commit: `c${String(at)}`, version: 'v' },
  ...{ startedAtMs: at, steps },
});

describe('the median', () => {
  it('has as many on one side as on the other', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
        const middle = median(values) ?? Number.NaN;
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(below).toBeLessThanOrEqual(values.length / 2);
        expect(above).toBeLessThanOrEqual(values.length / 2);
      }),
    );
    expect(median([])).toBeUndefined();
  });
});

describe('a trend', () => {
  const before = [1000, 1100, 900].map((ms, at) => run(at, step('a', ms)));

  it.each([
    [1900, 'slower'],
    [300, 'faster'],
    [1200, 'same'],
  ])('of %i ms after about a second is %s', (ms, direction) => {
    const trends = trendsOf(run(9, step('a', ms)), before);
    expect(trends.get('a')).toEqual({ usualMs: 1000, times: 3, direction });
  });

  it('wants three times, of runs before it, that were done', () => {
    const late = run(20, step('a', 9));
    const failed = run(5, step('a', 5, { outcome: 'failed' }));
    const two = before.slice(0, 2);
    const trends = trendsOf(run(9, step('a', 60_000)), [late, failed, ...two]);
    expect(trends.get('a')).toEqual({ usualMs: 1050, times: 2, direction: 'same' });
    expect(trendsOf(run(9, step('b', 1)), before).size).toBe(0);
  });

  it('is none for a step that is at work', () => {
    const open = { ...step('a', 0), outcome: 'running' as const };
    expect(trendsOf(run(9, open), before).get('a')?.direction).toBe('same');
  });
});

describe('a flaky check', () => {
  const check = (outcome: RecordedStep['outcome'], key: string) =>
    step('test:a', 1, { outcome, key });

  it('came to both with the same inputs', () => {
    const history = [
      run(3, check('done', 'x')),
      run(2, check('failed', 'x')),
      run(1, check('failed', 'x')),
    ];
    expect(flakySteps(history)).toEqual([{ id: 'test:a', commit: 'c2', failed: 2, passed: 1 }]);
  });

  it('is none where the inputs changed, or nobody let it end', () => {
    const history = [
      run(3, check('done', 'y')),
      run(2, check('failed', 'x')),
      run(1, check('left', 'y')),
    ];
    expect(flakySteps(history)).toEqual([]);
  });
});
