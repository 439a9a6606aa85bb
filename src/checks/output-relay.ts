import type { Clock } from '../ports/clock.ts';

/** Pieces are gathered for so long before they are passed on. */
const GATHER_MS = 40;
/** Of a flood so much is passed on in full; past it, only the end of each gathered piece. */
const FULL_BYTES = 2 * 1024 * 1024;
const THINNED_LENGTH = 2_000;

/** Passes output on in few pieces, and a flood thinned, so that no client drowns in it. */
export interface OutputRelay {
  push(text: string): void;
  /** Passes on what is left. */
  end(): void;
}

export function createOutputRelay(
  clock: Clock,
  onOutput: (text: string, truncated: boolean) => void,
): OutputRelay {
  let gathered = '';
  let total = 0;
  let waiting = false;

  function flush(): void {
    if (gathered === '') return;
    const text = gathered;
    gathered = '';
    if (total <= FULL_BYTES) onOutput(text, false);
    else onOutput(text.slice(-THINNED_LENGTH), true);
  }

  return {
    push: (text) => {
      total += text.length;
      gathered += text;
      // Thinned anyway: what is not going to be passed on is not kept either.
      if (total > FULL_BYTES && gathered.length > 16 * THINNED_LENGTH) {
        gathered = gathered.slice(-THINNED_LENGTH);
      }
      if (waiting) return;
      waiting = true;
      void clock.sleep(GATHER_MS).then(() => {
        waiting = false;
        flush();
      });
    },
    end: flush,
  };
}
