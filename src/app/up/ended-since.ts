import { explainService } from '../../engine/explain-service.ts';
import { endedProcess } from '../../engine/module-process.ts';
import { progressOf } from '../../engine/service-progress.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { changedServices } from '../../plan/step.ts';
import type { World } from '../../ports/world.ts';
import type { Work } from './make-plan.ts';

/**
 * What was started, was seen to run, and has ended since: a service whose program gave up right after
 * its start, and a module whose process ends again and again in a container that goes on.
 */
export async function endedSince(
  { plan, prepared: { opened }, awaited }: Work,
  world: World,
  { signal }: Progress,
): Promise<readonly Failure[]> {
  const started = changedServices(plan);
  if (started.size === 0) return [];
  const engine = await world.engine();
  const listed = await engine.containers(opened.instance);
  if (!listed.ok) return [];
  const containers = listed.value.filter(({ oneOff }) => !oneOff);
  const services = await Promise.all(
    awaited
      .filter(({ name }) => started.has(name))
      .map((service) => {
        const own = containers.filter((one) => one.service === service.name);
        return progressOf(service, own);
      })
      // Whatever will bring it back: at this moment its process has ended.
      .filter(({ phase, problem }) => phase === 'failed' || (phase === 'waiting' && problem))
      .map((progress) => explainService(engine, progress)),
  );
  const modules = new Set(opened.project.modules.map(({ name }) => name));
  const unasked = containers.filter(
    ({ service, health }) => health === 'none' && modules.has(service) && started.has(service),
  );
  const deps = { engine, clock: world.clock, signal };
  const ended = await Promise.all(
    unasked.map(({ service, id }) => endedProcess({ service, containerId: id }, deps)),
  );
  return [...services, ...ended.flatMap((failure) => failure ?? [])];
}
