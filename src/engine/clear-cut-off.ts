import type { Failure } from '../events/failure.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';
import type { Engine } from '../ports/engine.ts';
import { ok, type Result } from '../util/result.ts';
import { remainsOf } from './left-behind.ts';

/**
 * Removes what a call of Compose left that was broken off: where one service cannot be made, Compose breaks
 * off all others that it is at. Those that were to take the place of these services' containers have the
 * very names that the next try gives. Those that are new would be taken for whole by it, and may lack
 * what is copied into them: configs and secrets.
 */
export async function clearCutOff(
  project: string,
  services: readonly string[],
  engine: Pick<Engine, 'containers' | 'removeContainer'>,
): Promise<Result<void, Failure>> {
  const listed = await engine.containers(project);
  if (!listed.ok) return listed;
  const names = new Set(listed.value.map(({ name }) => name));
  for (const container of listed.value) {
    const { id, service, oneOff, labels, state } = container;
    if (oneOff || !services.includes(service)) continue;
    const isInterim = COMPOSE_LABELS.replace in labels;
    const goes = isInterim
      ? remainsOf(container, names).leftBehind !== undefined
      : state === 'created';
    if (!goes) continue;
    // A new one has volumes without a name of its own, to which nobody has written.
    const removed = await engine.removeContainer(id, isInterim ? 'kept' : 'removed');
    if (!removed.ok) return removed;
  }
  return ok(undefined);
}
