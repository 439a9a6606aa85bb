import type { Emulator, Mark } from '../../ports/emulator.ts';

/** Counts the lines that an emulator has dropped: xterm moves a mark up with what it marks. */
export class DroppedLines {
  readonly #emulator: Emulator;
  #count = 0;
  #mark: Mark | undefined;
  #markedLine = 0;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** How many were dropped since the start: buffer line 0 has this number. */
  get count(): number {
    return this.#count;
  }

  /** Counts those since the last time. */
  follow(): void {
    const now = this.#mark?.line();
    if (now !== undefined) {
      // A mark that is gone itself was dropped with everything above it.
      this.#count += now < 0 ? this.#markedLine + 1 : Math.max(0, this.#markedLine - now);
    }
    this.markEnd();
  }

  /** Counts from here on: what changed the lines before did not drop any. */
  markEnd(): void {
    this.#mark?.dispose();
    this.#markedLine = this.#emulator.lineCount() - 1;
    this.#mark = this.#emulator.modes().alternateScreen
      ? undefined
      : this.#emulator.mark(this.#markedLine);
  }
}
