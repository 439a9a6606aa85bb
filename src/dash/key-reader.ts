import type { Timers } from '../ports/timers.ts';
import { InputReader } from '../views/dashboard/input.ts';
import type { TerminalInput } from '../views/dashboard/input.ts';

/** A lone Escape is one when so long nothing follows it. */
const ESCAPE_MS = 30;

/** Makes keys of what a terminal sends. */
export class KeyReader {
  readonly #timers: Pick<Timers, 'after'>;
  readonly #take: (inputs: readonly TerminalInput[]) => void;
  readonly #reader = new InputReader();
  #endWait: (() => void) | undefined;

  constructor(timers: Pick<Timers, 'after'>, take: (inputs: readonly TerminalInput[]) => void) {
    this.#timers = timers;
    this.#take = take;
  }

  read(bytes: Buffer): void {
    this.#endWait?.();
    this.#take(this.#reader.read(bytes));
    if (!this.#reader.isWaiting) return;
    this.#endWait = this.#timers.after(ESCAPE_MS, () => this.#take(this.#reader.flush()));
  }

  close(): void {
    this.#endWait?.();
  }
}
