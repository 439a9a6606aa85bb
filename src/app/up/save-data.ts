import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { selects } from '../../plan/plan.ts';
import type { Plan } from '../../plan/step.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import type { UpRequest } from './plan-services.ts';
import type { Prepared } from './prepare.ts';

/** Saves what the plan is about to remove, before anything of it is done. */
export async function saveData(
  { steps }: Plan,
  { yes, saves = 'none' }: UpRequest,
  { opened }: Prepared,
  world: World,
  progress: Progress,
): Promise<Result<unknown, Failure>> {
  const services = steps.flatMap(({ action }) =>
    action.kind === 'reset-data' && selects(saves, action.service) ? [action.service] : [],
  );
  if (services.length === 0) return ok(undefined);
  const { saveBeforeReset } = await import('../data/before-reset.ts');
  const { project, instance, places, context } = opened;
  const located = { root: project.root, instance, places, context };
  return saveBeforeReset(services, { located, yes }, world, progress);
}
