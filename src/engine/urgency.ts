import { dependencyOrder } from '../util/graph.ts';
import type { Schedulable } from './schedule.ts';

/**
 * Steps as they should begin where not all can: first those with the longest chain still to come after
 * them, themselves included, since the whole cannot end before that chain does. Pure; those alike stay
 * in the order given.
 * @param usualMs how long a step is expected to take; 0 or more.
 */
export function byUrgency<S extends Schedulable>(
  steps: readonly S[],
  usualMs: (step: S) => number,
): readonly S[] {
  const restMs = chains(steps, usualMs);
  return steps.toSorted((a, b) => (restMs.get(b.id) ?? 0) - (restMs.get(a.id) ?? 0));
}

/** Step → milliseconds of the longest chain that begins with it. */
function chains<S extends Schedulable>(
  steps: readonly S[],
  usualMs: (step: S) => number,
): ReadonlyMap<string, number> {
  const waiting = new Map<string, S[]>();
  for (const step of steps) {
    for (const id of new Set([...step.needs, ...step.after])) {
      const others = waiting.get(id);
      if (others === undefined) waiting.set(id, [step]);
      else others.push(step);
    }
  }
  const behind = ({ id }: S): readonly S[] => waiting.get(id) ?? [];
  const restMs = new Map<string, number>();
  for (const step of dependencyOrder(steps, behind)) {
    const longest = behind(step).reduce((most, { id }) => Math.max(most, restMs.get(id) ?? 0), 0);
    restMs.set(step.id, usualMs(step) + longest);
  }
  return restMs;
}
