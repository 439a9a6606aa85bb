import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import { observe, type Observed } from './observe.ts';
import type { UpRequest } from './plan-services.ts';

/** What was found, and where. */
export interface WorldLook {
  readonly observed: Observed;
  /** The world in which it was; of a forecast, with the engine as it will be. */
  readonly world: World;
}

/** Looks at what there is; for a dry run without an engine, at what there will be once one is brought. */
export async function look(
  instance: string,
  { dryRun }: Pick<UpRequest, 'dryRun'>,
  world: World,
): Promise<Result<WorldLook, Failure>> {
  const observed = await observe(world, instance);
  if (observed.ok) return ok({ observed: observed.value, world });
  if (observed.failure.reason !== 'no-engine' || !dryRun) return observed;
  const { forecast } = await import('./forecast.ts');
  return forecast(instance, world);
}
