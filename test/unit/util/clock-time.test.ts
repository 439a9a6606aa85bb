import { expect, it } from 'vitest';
import { clockTime } from '../../../src/util/clock-time.ts';

const NOW = new Date(2026, 10, 21, 12, 0, 0).getTime();

it('reads times of the day: today’s, or yesterday’s when they are still to come', () => {
  expect(clockTime('11:38', NOW)).toBe(NOW - 22 * 60_000);
  expect(clockTime('11:59:58.5', NOW)).toBe(NOW - 1500);
  expect(clockTime('13:00', NOW)).toBe(NOW - 23 * 3_600_000);
  for (const text of ['25:00', '12:60', '1130', '2026-11-21T11:00', 'yesterday']) {
    expect(clockTime(text, NOW), text).toBeUndefined();
  }
});
