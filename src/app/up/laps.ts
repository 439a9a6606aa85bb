import type { Progress } from '../../events/progress.ts';
import type { Clock } from '../../ports/clock.ts';

/** Tells of the parts that come one after the other, each from the end of the one before. */
export function laps(clock: Clock, { timed }: Progress): (name: string, label: string) => void {
  let before: { readonly id: string; readonly endedAtMs: number } | undefined;
  const startedAtMs = clock.now();
  return (name, label) => {
    const step = {
      id: `phase:${name}`,
      label,
      behind: before === undefined ? [] : [before.id],
      startedAtMs: before?.endedAtMs ?? startedAtMs,
      endedAtMs: clock.now(),
    };
    timed?.(step);
    before = step;
  };
}
