import type { Clock } from '../ports/clock.ts';
import { cycleMark } from './daemon-cycles.ts';
import { plainLines } from './diagnostics/plain-text.ts';

/** A silence of this length ends the first round of a command that does not say so itself. */
const SILENCE_MS = 5_000;

/**
 * Finds the end of the first round of a command that watches by itself, from its output.
 * @param onEnd called once, with the line that says so or after a silence
 */
export function watchFirstCycle(
  clock: Clock,
  signal: AbortSignal,
  onEnd: () => void,
): { line(line: string): void } {
  let speaks = false;
  let lastAt = 0;
  let waits = false;
  let isOver = false;

  function end(): void {
    if (!isOver) onEnd();
    isOver = true;
  }

  async function endInSilence(): Promise<void> {
    if (waits) return;
    waits = true;
    for (;;) {
      const leftMs = lastAt + SILENCE_MS - clock.steady();
      if (speaks || isOver) return;
      if (leftMs <= 0) break;
      await clock.sleep(leftMs, signal);
    }
    end();
  }

  return {
    line: (line) => {
      lastAt = clock.steady();
      const mark = cycleMark(plainLines(line).join(''));
      if (mark !== undefined) speaks = true;
      if (mark === 'end') end();
      else endInSilence().catch(() => undefined);
    },
  };
}
