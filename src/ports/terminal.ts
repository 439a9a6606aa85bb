import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

/** One of the two output streams, and what it can show. */
export interface Output {
  readonly isTty: boolean;
  /** 80 when it is not a terminal. */
  columns(): number;
  /** Whether colour is wanted: a terminal, no NO_COLOR, no TERM=dumb; FORCE_COLOR forces it. */
  readonly color: boolean;
  write(text: string): void;
}

export interface Choice<T> {
  readonly name: string;
  readonly value: T;
}

/**
 * Questions to the person. Only asked when `interactive`; in tests every question throws.
 * Ctrl-C in place of an answer is a failure of reason `interrupted`.
 */
export interface Prompts {
  confirm(question: string, byDefault: boolean): Promise<Result<boolean, Failure>>;
  select<T>(question: string, choices: readonly Choice<T>[]): Promise<Result<T, Failure>>;
}

/** The person's terminal. Progress goes to stderr, results to stdout. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  /** True when stdin and stderr are terminals, so that a question can be asked. */
  readonly interactive: boolean;
  readonly prompts: Prompts;
}
