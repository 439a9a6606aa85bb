import type { UpOutcome } from '../app/up/carry-out.ts';
import type { Failure } from '../events/failure.ts';
import { changedServices } from '../plan/step.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { isWell, runningServices, type UpSummary } from '../views/up-text.ts';

/** What `dev up` came to; a failure where that is gone already. */
export async function upSummary(
  world: Pick<World, 'engine' | 'files' | 'host'>,
  { plan, prepared }: Pick<UpOutcome, 'plan' | 'prepared'>,
  elapsedMs: number,
): Promise<Result<UpSummary, Failure>> {
  const { opened, desired } = prepared;
  const { instance } = opened;
  const containers = await (await world.engine()).containers(instance);
  if (!containers.ok) return containers;
  const listed = containers.value;
  const changed = changedServices(plan).size;
  // Others may be wanted, and not be asked for; some are scaled to none.
  const own = listed.filter(({ oneOff }) => !oneOff);
  const well = new Set(own.filter(isWell).map(({ service }) => service));
  const services = desired.filter(({ name }) => well.has(name)).length;
  // Whoever takes it down waits for the plan to be carried out, and no longer.
  const isWanted = desired.some(({ replicas }) => replicas > 0);
  if (own.length === 0 && isWanted && changed > 0) {
    return fail({
      reason: 'world-changed',
      what: `${instance} came up, and its containers are gone again`,
      why: 'somebody else, or a program, has taken it down meanwhile (dev down)',
      cure: 'dev up',
    });
  }
  const { serviceUrls, urlText } = await import('../app/urls.ts');
  const { namedUrls } = await import('../app/router/addresses.ts');
  const named = namedUrls(opened.places, instance, world);
  return ok({
    ...{ instance, wanted: desired.length, services, running: runningServices(listed), changed },
    hooks: plan.steps.filter(({ action }) => action.kind === 'hook').length,
    probed: listed.some(({ health }) => health !== 'none'),
    elapsedMs,
    urls: [...named, ...serviceUrls(listed)].map(urlText),
  });
}
