import type { Failure } from '../../events/failure.ts';
import { worldChanges } from '../../plan/world-facts.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import { factsOf, type Work } from './make-plan.ts';
import { observe } from './observe.ts';

/**
 * Looks again, right before the plan is carried out.
 * @returns what is not as it was when the plan was made, one line each.
 */
export async function changesSince(
  { plan, prepared }: Work,
  world: Pick<World, 'engine' | 'compose' | 'clock'>,
): Promise<Result<readonly string[], Failure>> {
  const now = await observe(world, prepared.opened.instance);
  return now.ok ? ok(worldChanges(plan.world, factsOf(now.value, prepared))) : now;
}
