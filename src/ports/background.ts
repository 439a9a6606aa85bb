/** A process of our own that outlives this one and its terminal. */
export interface Background {
  readonly pid: number;
  /** Resolves with its exit status, if it ends while this process is there. */
  readonly exited: Promise<number>;
}

export interface BackgroundOptions {
  /** What it says goes there; the folder is made when it is not there. */
  readonly logFile: string;
  /** `append`: after what one before it said. */
  readonly log: 'replace' | 'append';
}

/**
 * Starts this very program again with these arguments, in a session of its own: no terminal's end
 * reaches it.
 */
export type StartBackground = (args: readonly string[], options: BackgroundOptions) => Background;
