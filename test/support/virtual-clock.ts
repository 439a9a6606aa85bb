import type { Clock } from '../../src/ports/clock.ts';

/** A clock that stands still until a test moves it. */
export class VirtualClock implements Clock {
  #now: number;
  #sleepers: { readonly due: number; readonly wake: () => void }[] = [];

  constructor(now = 1_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  steady(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const aborted = (): void => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      };
      const sleeper = { due: this.#now + ms, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', aborted);
    });
  }

  /** Moves on, waking sleepers in order, and lets what they do run. */
  async advance(ms: number): Promise<void> {
    const goal = this.#now + ms;
    for (;;) {
      await settled();
      const next = this.#sleepers.toSorted((one, other) => one.due - other.due)[0];
      if (next === undefined || next.due > goal) break;
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.due);
      next.wake();
    }
    this.#now = goal;
    await settled();
  }
}

/** Resolves when all promise callbacks that are due have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
