import type { Report } from '../events/progress.ts';

/** Shows progress; `close` leaves the terminal as a plain one, with what lasts on it. */
export interface ProgressDisplay {
  readonly report: Report;
  close(): void;
}

/** `quiet`: warnings alone; `plain`: a line for what is done; `verbose`: all; `live`: drawn in place. */
export type DisplayKind = 'quiet' | 'plain' | 'verbose' | 'live';
