import type { Clock } from '../ports/clock.ts';

/**
 * Gathers what comes in bursts. A batch is handed on once nothing came for `quietMs`, at the latest
 * `capMs` after its first item.
 */
export interface QuietPeriod<T> {
  add(item: T): void;
  /** Hands on what there is, now, and nothing any more. */
  stop(): void;
}

export interface Batch<T> {
  readonly items: ReadonlySet<T>;
  /** Epoch milliseconds of the first item. */
  readonly firstAt: number;
  /** Epoch milliseconds of the last item. */
  readonly lastAt: number;
}

export function createQuietPeriod<T>(
  clock: Clock,
  times: { readonly quietMs: number; readonly capMs: number },
  onBatch: (batch: Batch<T>) => void,
): QuietPeriod<T> {
  const stopped = new AbortController();
  let items = new Set<T>();
  let firstAt = 0;
  let lastAt = 0;
  /** The same by a clock that nobody sets. */
  let firstMs = 0;
  let lastMs = 0;

  /** Sleeps until the batch is due; later items only move the goal. */
  async function wait(): Promise<void> {
    for (;;) {
      const due = Math.min(lastMs + times.quietMs, firstMs + times.capMs);
      const leftMs = due - clock.steady();
      if (leftMs <= 0) break;
      await clock.sleep(leftMs, stopped.signal);
    }
    handOn();
  }

  function handOn(): void {
    const batch = { items, firstAt, lastAt };
    items = new Set();
    onBatch(batch);
  }

  return {
    add: (item) => {
      if (stopped.signal.aborted) return;
      lastAt = clock.now();
      lastMs = clock.steady();
      if (items.size === 0) {
        firstAt = lastAt;
        firstMs = lastMs;
        items.add(item);
        // The only way that it can fail is being stopped.
        wait().catch(() => undefined);
      } else {
        items.add(item);
      }
    },
    stop: () => {
      if (stopped.signal.aborted) return;
      stopped.abort();
      if (items.size > 0) handOn();
    },
  };
}
