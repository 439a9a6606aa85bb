import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import { observe, type Observed } from './observe.ts';
import type { UpRequest } from './plan-services.ts';

/** What was found, and where. */
export interface WorldLook {
  readonly observed: Observed;
  /** The world in which it was; of a forecast, with the engine as it will be. */
  readonly world: World;
  /** Whether the engine was brought only just now. */
  readonly wasBrought: boolean;
}

/**
 * Looks at what there is. Where no engine answers, one is brought first (asked for, or at once with
 * `yes`); of a dry run it is told what there will be then, and nothing is done.
 */
export async function look(
  instance: string,
  { yes, dryRun }: Pick<UpRequest, 'yes' | 'dryRun'>,
  world: World,
  progress: Progress,
): Promise<Result<WorldLook, Failure>> {
  const first = await observe(world, instance);
  if (first.ok) return ok({ observed: first.value, world, wasBrought: false });
  if (first.failure.reason !== 'no-engine') return first;
  if (dryRun) {
    const { forecast } = await import('./forecast.ts');
    const foreseen = await forecast(instance, world);
    return foreseen.ok ? ok({ ...foreseen.value, wasBrought: false }) : foreseen;
  }
  const { ensureEngine } = await import('../machine/ensure-engine.ts');
  const ready = await ensureEngine(world, { yes, ...progress });
  if (!ready.ok) return ready;
  const second = await observe(world, instance);
  return second.ok ? ok({ observed: second.value, world, wasBrought: true }) : second;
}
