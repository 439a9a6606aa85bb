import type { Clock } from '../../ports/clock.ts';

/** How long whoever wrote last keeps the word: the rest of a stack trace is there much sooner. */
const QUIET_MS = 100;
/** Lines after which the word goes on to the next, whatever is written: nobody waits for ever. */
const LONGEST = 1_000;

interface Waiting {
  readonly who: object;
  readonly go: () => void;
}

/**
 * Who may write, of several logs that are followed at the same time: a stack trace is not broken up by
 * the lines of others. Whoever waits holds one line, and is not read on meanwhile.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #holder: object | undefined;
  #isWriting = false;
  #writtenAtMs = 0;
  #lines = 0;
  #looksAgain = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when it is the turn of `who`; `written` has to follow. */
  async take(who: object, isHead: boolean): Promise<void> {
    const isOwn = this.#holder === who;
    const goesOn = !isHead && this.#lines < LONGEST;
    if (this.#holder === undefined || (isOwn && (goesOn || this.#waiting.length === 0))) {
      this.#give(who);
      return;
    }
    const turn = new Promise<void>((go) => this.#waiting.push({ who, go }));
    if (isOwn) this.#passOn();
    else this.#passOnWhenQuiet();
    await turn;
  }

  /** The line of whose turn it is has been written. */
  written(): void {
    this.#isWriting = false;
    this.#writtenAtMs = this.#clock.steady();
    this.#lines += 1;
    this.#passOnWhenQuiet();
  }

  /** Nothing more comes from it. */
  leave(who: object): void {
    if (this.#holder === who) this.#passOn();
  }

  #give(who: object): void {
    if (this.#holder !== who) this.#lines = 0;
    this.#holder = who;
    this.#isWriting = true;
  }

  #passOn(): void {
    const next = this.#waiting.shift();
    this.#holder = undefined;
    if (next === undefined) return;
    this.#give(next.who);
    next.go();
  }

  #passOnWhenQuiet(): void {
    if (this.#waiting.length === 0 || this.#isWriting || this.#looksAgain) return;
    const leftMs = QUIET_MS - (this.#clock.steady() - this.#writtenAtMs);
    if (leftMs <= 0) {
      this.#passOn();
      return;
    }
    this.#looksAgain = true;
    void this.#clock.sleep(leftMs).then(() => {
      this.#looksAgain = false;
      this.#passOnWhenQuiet();
    });
  }
}
