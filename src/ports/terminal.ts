import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

/** One of the two output streams, and what it can show. */
export interface Output {
  readonly isTty: boolean;
  /** 80 when it is not a terminal. */
  columns(): number;
  /** Whether colour is wanted: a terminal, no NO_COLOR, no TERM=dumb; FORCE_COLOR forces it. */
  readonly color: boolean;
  /**
   * Writes text with its colours and styles. Whatever else is in it (other escape sequences, control
   * characters, what nobody sees) is left out here, for every command and view: see `terminalText`.
   */
  write(text: string): void;
  /**
   * Hands data on as it came, for a person who asked for that; a terminal gets text all the same.
   */
  writeRaw(data: string): void;
  /** Resolves when what was written has gone out, but for a little: who writes much waits for it. */
  drained(): Promise<void>;
  /** Has the terminal do something; nothing where the output is none. */
  perform(act: TerminalAct): void;
}

/** All that we ask of a terminal beside showing text; `clear` takes its scrollback too. */
export type TerminalAct = 'bell' | 'clear';

export interface Choice<T> {
  readonly name: string;
  readonly value: T;
  /** Shown while it is the one that would be chosen. */
  readonly description?: string;
}

/**
 * Questions to the person. Only asked when `interactive`; in tests every question throws.
 * Ctrl-C in place of an answer is a failure of reason `interrupted`.
 */
export interface Prompts {
  confirm(question: string, byDefault: boolean): Promise<Result<boolean, Failure>>;
  select<T>(question: string, choices: readonly Choice<T>[]): Promise<Result<T, Failure>>;
  /** One of many: what is typed narrows them down. */
  search<T>(question: string, choices: readonly Choice<T>[]): Promise<Result<T, Failure>>;
  /**
   * A line of text.
   * @param check says what is wrong with an answer; undefined: it is taken.
   */
  text(
    question: string,
    byDefault: string,
    check: (answer: string) => Promise<string | undefined>,
  ): Promise<Result<string, Failure>>;
}

/** The person's terminal. Progress goes to stderr, results to stdout. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  /** True when stdin and stderr are terminals, so that a question can be asked. */
  readonly interactive: boolean;
  readonly prompts: Prompts;
}
