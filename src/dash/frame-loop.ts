import type { Timers } from '../ports/timers.ts';

/** Between two frames of a flood. */
const FLOOD_FRAME_MS = 33;
/** Between two frames while somebody types: what he typed should be seen at once. */
const TYPING_FRAME_MS = 8;
/** So long after a key counts as typing. */
const TYPING_MS = 150;

export interface FrameLoopOptions {
  readonly timers: Timers;
  /** Draws a frame. @returns false when the other end cannot take more for now. */
  readonly draw: () => boolean;
}

/**
 * When to draw: at once after quiet, at most 30 times a second in a flood, more often for somebody
 * who types, and not at all while the other end is behind. Frames are differences to the last one
 * sent, so that nothing is lost by leaving some out.
 */
export class FrameLoop {
  readonly #draw: () => boolean;
  readonly #timers: Timers;
  #lastFrame = 0;
  #lastKey = -TYPING_MS;
  #timer: (() => void) | undefined;
  #isBlocked = false;
  #isWanted = false;
  #isClosed = false;

  constructor({ draw, timers }: FrameLoopOptions) {
    this.#draw = draw;
    this.#timers = timers;
  }

  typed(): void {
    this.#lastKey = this.#timers.now();
  }

  /** Something changed that is on the screen. */
  want(): void {
    if (this.#isClosed) return;
    this.#isWanted = true;
    if (this.#isBlocked || this.#timer !== undefined) return;
    const now = this.#timers.now();
    const gap = now - this.#lastKey < TYPING_MS ? TYPING_FRAME_MS : FLOOD_FRAME_MS;
    // Even the first frame after quiet waits a moment: what comes together is drawn together.
    const delay = Math.max(1, this.#lastFrame + gap - now);
    this.#timer = this.#timers.after(delay, () => this.#frame());
  }

  /** The other end has read everything. */
  drained(): void {
    this.#isBlocked = false;
    if (this.#isWanted) this.want();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.();
  }

  #frame(): void {
    this.#timer = undefined;
    this.#isWanted = false;
    this.#lastFrame = this.#timers.now();
    this.#isBlocked = !this.#draw();
  }
}
