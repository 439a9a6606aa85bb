import { composeOrchestrator } from '../../engine/compose-orchestrator.ts';
import type { Orchestrator } from '../../ports/orchestrator.ts';
import type { World } from '../../ports/world.ts';

/** What carries out plans; chosen here and nowhere else. */
export function orchestratorOf(world: Pick<World, 'engine' | 'compose' | 'clock'>): Orchestrator {
  return composeOrchestrator(world);
}
