/** Kinds of things that two contexts are compared in, in the order in which they are shown. */
export const PARITY_CATEGORIES = [
  'service',
  'system',
  'package',
  'runtime',
  'locale',
  'user',
  'process',
  'environment',
  'limit',
  'capability',
  'mount',
  'file',
  'name service',
  'image',
] as const;
export type ParityCategory = (typeof PARITY_CATEGORIES)[number];

/** A difference between contexts that the project means, and why. */
export interface ParityReason {
  readonly category: ParityCategory;
  /** What differs; `*` stands for any characters. */
  readonly name: string;
  /** Undefined: in all services. */
  readonly service: string | undefined;
  readonly why: string;
}
