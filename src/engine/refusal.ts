/** What a refusal of the engine means for the definition. */
export interface Meaning {
  /** Keys of the service that it is about; the first that is there gives the place. */
  readonly keys: readonly string[];
  readonly what: string;
  readonly cure: string;
}

/** Words of the engine or of Compose, and what they mean, by the groups of the pattern. */
export type Refusal = readonly [RegExp, (...found: string[]) => Meaning];
