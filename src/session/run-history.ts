import type { Clock } from '../ports/clock.ts';
import type { EventBus } from './event-bus.ts';

/** That a command began is known this much later; and its file's time may be that much coarse. */
export const EARLY_MS = 40;
const LATE_MS = 10;
/** What a process writes when it starts, it writes by then. */
export const START_MS = 5_000;
/** What ended longer ago is forgotten. */
const MEMORY_MS = 300_000;

/** Something that runs because files changed, and may write files itself. */
export interface RecentRun {
  /** `app compile`, `the process of app` */
  readonly who: string;
  /** Epoch milliseconds. */
  readonly from: number;
  /** Undefined while it runs. A process counts for START_MS. */
  readonly until?: number;
  /** It came to its end, so it has written all that it writes. */
  readonly complete?: boolean;
}

export interface RunHistory {
  /** What ran at a moment. */
  at(ms: number): readonly RecentRun[];
  /** Those that have written all that they write by now, in the order of their beginnings. */
  over(): readonly RecentRun[];
}

/** Remembers when checks ran and when processes were started. */
export function createRunHistory(bus: EventBus, clock: Clock): RunHistory {
  /** By the number of a check's run, or by what started when. */
  const runs = new Map<number | string, RecentRun>();

  bus.subscribe((event) => {
    switch (event.kind) {
      case 'check-started':
        runs.set(event.run, { from: event.at, who: `${event.module} ${event.check}` });
        break;
      case 'check-finished':
      case 'check-cancelled': {
        const run = runs.get(event.run);
        const complete = event.kind === 'check-finished';
        if (run !== undefined) runs.set(event.run, { ...run, until: event.at, complete });
        break;
      }
      case 'service-state': {
        const { service, state, since } = event;
        if (state !== 'running') break;
        const run = { who: `the process of ${service}`, from: since, until: since + START_MS };
        runs.set(`${service} ${String(since)}`, { ...run, complete: true });
        break;
      }
      default:
    }
  });

  return {
    at: (ms) => {
      for (const [key, { until }] of runs) {
        if (until !== undefined && until + MEMORY_MS < ms) runs.delete(key);
      }
      return [...runs.values()].filter(
        ({ from, until = ms }) => from - EARLY_MS <= ms && ms <= until + LATE_MS,
      );
    },
    over: () =>
      [...runs.values()].filter(
        // eslint-disable-next-line no-restricted-syntax -- compared with times of files
        ({ complete, until = Infinity }) => complete === true && until <= clock.now(),
      ),
  };
}
