import type { ProgressEvent } from '../../events/progress.ts';
import type { Clock } from '../../ports/clock.ts';

/** Steps that make or bring an image: the first run of a machine does, and no run after it. */
const IMAGE_STEP = /^(?:service-)?image:|^pull /;

/** How long a smoke test may take, and whether it took longer. */
export interface SmokeLimit {
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** Is told what is done: while images are made the time stands still. */
  observe(event: ProgressEvent): void;
  /** It came to its end in time. */
  end(): Promise<void>;
}

/** Counts the time of a smoke test alone: not what images take that it needs, its tools' among them. */
export function smokeLimit(timeoutMs: number, clock: Pick<Clock, 'sleep' | 'steady'>): SmokeLimit {
  const over = new AbortController();
  const images = new Set<string>();
  let leftMs = timeoutMs;
  let sinceMs = clock.steady();
  let counting = new AbortController();
  let waiting = count();

  function count(): Promise<void> {
    return clock.sleep(leftMs, counting.signal).then(
      () => over.abort(),
      () => undefined,
    );
  }

  return {
    signal: over.signal,
    observe(event) {
      if (event.kind === 'step-started' && IMAGE_STEP.test(event.id)) {
        if (images.size === 0) {
          leftMs -= clock.steady() - sinceMs;
          counting.abort();
        }
        images.add(event.id);
      } else if (event.kind === 'step-finished' && images.delete(event.id) && images.size === 0) {
        sinceMs = clock.steady();
        counting = new AbortController();
        waiting = count();
      }
    },
    async end() {
      counting.abort();
      await waiting;
    },
  };
}
