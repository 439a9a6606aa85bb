import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** Node waits not at all for more: about 24.8 days. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own time. */
export const hostClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: async (ms, signal) => {
    const options = signal === undefined ? {} : { signal };
    for (let left = ms; ; left -= LONGEST_TIMER_MS) {
      await sleep(Math.min(left, LONGEST_TIMER_MS), undefined, options);
      if (left <= LONGEST_TIMER_MS) return;
    }
  },
};
