/**
 * What long work tells while it runs. One stream; the views (tty, plain, json, quiet) each show it
 * in their way. Only ids and text in here, nothing that belongs to an outside system.
 */
export type ProgressEvent =
  | {
      readonly kind: 'step-started';
      readonly id: string;
      readonly label: string;
      /** How long it usually takes, where that is known. */
      readonly usualMs?: number;
    }
  /** A newer line of detail for a running step; replaces the one before. */
  | { readonly kind: 'step-progress'; readonly id: string; readonly detail: string }
  | {
      readonly kind: 'step-finished';
      readonly id: string;
      readonly label: string;
      readonly outcome: 'done' | 'unchanged' | 'failed';
      readonly detail?: string;
      readonly durationMs: number;
    }
  | Note;

/** Something the person should know, kept on the screen. */
export interface Note {
  readonly kind: 'note';
  readonly level: 'info' | 'warning';
  readonly text: string;
}

/** Where work reports its progress. Must not throw. */
export type Report = (event: ProgressEvent) => void;

/** One thing that was done. */
export interface TimedStep {
  /** Unique in its run. */
  readonly id: string;
  readonly label: string;
  /** Ids of what had to be over before it. */
  readonly behind: readonly string[];
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** How work tells of itself, and how it is told to stop. */
export interface Progress {
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Told of each thing that is over, by who wants to know where the time went. */
  readonly timed?: (step: TimedStep) => void;
}
