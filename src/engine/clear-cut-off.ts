import type { Failure } from '../events/failure.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';
import type { Engine } from '../ports/engine.ts';
import { ok, type Result } from '../util/result.ts';
import { remainsOf } from './left-behind.ts';

/**
 * Removes the containers that were to take the place of these services' and did not come to it: where
 * one service cannot be made, Compose breaks off all others that it is at. They have the very names
 * that the next try gives.
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
    const { id, service, oneOff, labels } = container;
    const isInterim = !oneOff && COMPOSE_LABELS.replace in labels && services.includes(service);
    if (!isInterim || remainsOf(container, names).leftBehind === undefined) continue;
    const removed = await engine.removeContainer(id, 'kept');
    if (!removed.ok) return removed;
  }
  return ok(undefined);
}
