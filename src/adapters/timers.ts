import { LONGEST_TIMER_MS } from './clock.ts';
import type { Timers } from '../ports/timers.ts';

/** The machine's own timers. */
export const hostTimers: Timers = {
  now: () => performance.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, Math.min(ms, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
  every: (ms, act) => {
    const timer = setInterval(act, ms);
    return () => clearInterval(timer);
  },
};
