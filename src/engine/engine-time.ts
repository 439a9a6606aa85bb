import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';

/**
 * What time it is for the engine, epoch milliseconds: what it says of containers, logs and images is
 * compared with that. Our own clock, which may be another, is the next best.
 */
export async function engineTime(
  engine: Pick<Engine, 'time'>,
  clock: Pick<Clock, 'now'>,
): Promise<number> {
  const time = await engine.time();
  return time.ok ? time.value : clock.now();
}
