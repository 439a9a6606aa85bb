/** Time for what draws: never set back, whatever happens to the machine's clock. */
export interface Timers {
  /** Milliseconds since some moment. */
  now(): number;
  /** Calls once after `ms`. @returns what calls it off. */
  after(ms: number, act: () => void): () => void;
  /** Calls every `ms`. @returns what ends it. */
  every(ms: number, act: () => void): () => void;
}
