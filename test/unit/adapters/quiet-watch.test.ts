import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchQuiet } from '../../../src/adapters/quiet-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched(answers: () => Promise<boolean>) {
  const told: string[] = [];
  const watch = watchQuiet({ lookMs: 10, limitMs: 100 }, answers, ({ why }) => told.push(why));
  return { told, watch };
}

it('is given up at the limit, once, though it answers', async () => {
  const { told } = watched(() => Promise.resolve(true));
  await vi.advanceTimersByTimeAsync(90);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(500);
  expect(told).toHaveLength(1);
});

it('is given up as soon as it does not answer', async () => {
  const { told } = watched(() => Promise.resolve(false));
  await vi.advanceTimersByTimeAsync(10);
  expect(told).toEqual(['it does not even say its version']);
});

it('is not asked while it speaks, and what it says meanwhile counts more than an answer', async () => {
  let asked = 0;
  const { told, watch } = watched(() => {
    asked += 1;
    watch.heard();
    return Promise.resolve(false);
  });
  for (let n = 0; n < 50; n += 1) {
    watch.heard();
    await vi.advanceTimersByTimeAsync(5);
  }
  expect(asked).toBe(0);
  await vi.advanceTimersByTimeAsync(90);
  expect(asked).toBeGreaterThan(0);
  expect(told).toEqual([]);
  watch.end();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([]);
});
