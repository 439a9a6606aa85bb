/** Output that waits for the emulator beyond this pauses its source, below the other resumes it. */
const HIGH_WATER_BYTES = 256 * 1024;
const LOW_WATER_BYTES = 64 * 1024;

/** What pauses a source that writes faster than it is taken in. */
export class Backpressure {
  readonly #source: { readonly pause: () => void; readonly resume: () => void };
  #waitingBytes = 0;
  #isPaused = false;

  constructor(source: { readonly pause: () => void; readonly resume: () => void }) {
    this.#source = source;
  }

  came(bytes: number): void {
    this.#waitingBytes += bytes;
    if (this.#isPaused || this.#waitingBytes <= HIGH_WATER_BYTES) return;
    this.#isPaused = true;
    this.#source.pause();
  }

  taken(bytes: number): void {
    this.#waitingBytes -= bytes;
    if (!this.#isPaused || this.#waitingBytes >= LOW_WATER_BYTES) return;
    this.#isPaused = false;
    this.#source.resume();
  }
}
