/** Time as an outside system, so that tests own it. */
export interface Clock {
  /**
   * Epoch milliseconds, as the machine has it: somebody may set it, forth and back. For what people
   * read, and for what other processes and files say.
   */
  now(): number;
  /** Milliseconds since some moment, never set: for how long something takes or is waited for. */
  steady(): number;
  /** Resolves after `ms`; rejects with the signal's reason if it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
