import type { Clock } from '../ports/clock.ts';

/** After so many events at once the system may have dropped some: everything is looked at. */
const BURST_SIZE = 2_000;
/** Where bursts do not end, looking everywhere takes at most a fifth of the time. */
const BURST_REST_FACTOR = 4;

/**
 * Counts events, and has everything looked at after a burst of them: once for each, when it has
 * calmed down.
 * @param capMs events within this time are one burst; it is waited for so long at least
 * @returns what is to be called at every event, of what is ignored, too: it takes its place among
 * those that wait
 */
export function createBurstLooks(
  clock: Clock,
  capMs: number,
  signal: AbortSignal,
  lookEverywhere: () => Promise<void>,
): () => void {
  let burst = { sinceMs: 0, events: 0 };
  let lookIsDue = false;
  let restMs = capMs;

  async function look(): Promise<void> {
    if (lookIsDue) return;
    lookIsDue = true;
    await clock.sleep(restMs, signal);
    lookIsDue = false;
    const startMs = clock.steady();
    await lookEverywhere();
    restMs = Math.max(capMs, (clock.steady() - startMs) * BURST_REST_FACTOR);
  }

  return () => {
    const now = clock.steady();
    if (Math.abs(now - burst.sinceMs) > capMs) burst = { sinceMs: now, events: 0 };
    burst.events += 1;
    // It ends by being stopped, and the file system's troubles are told elsewhere.
    if (burst.events === BURST_SIZE) look().catch(() => undefined);
  };
}
