import { encodeFrame } from '../util/frames.ts';
import type { Connection } from '../ports/sockets.ts';
import type { Timers } from '../ports/timers.ts';
import { MESSAGE } from './wire.ts';
import type { Bye } from './wire.ts';

/** A program that rings all the time is heard so often. */
const BELL_MS = 1_000;
const BELL = '\x07';

/** What a client's terminal is sent. */
export class ClientLine {
  readonly #connection: Connection;
  readonly #timers: Pick<Timers, 'now'>;
  #rangAt = -BELL_MS;

  constructor(connection: Connection, timers: Pick<Timers, 'now'>) {
    this.#connection = connection;
    this.#timers = timers;
  }

  /** @returns whether more may be written at once. */
  write(text: string): boolean {
    return this.#connection.write(encodeFrame(MESSAGE.output, text));
  }

  /** Rings the terminal's bell: a module turned from good to bad, or back. */
  ring(): void {
    this.write(BELL);
  }

  /** Passes on the bell of a pane's program, unless one has just rung. */
  ringForPane(): void {
    const now = this.#timers.now();
    if (now - this.#rangAt < BELL_MS) return;
    this.#rangAt = now;
    this.ring();
  }

  suspend(): void {
    this.#connection.write(encodeFrame(MESSAGE.suspend));
  }

  bye(bye: Bye): void {
    this.#connection.write(encodeFrame(MESSAGE.bye, JSON.stringify(bye)));
    this.#connection.end();
  }
}
