import { explainService } from '../../engine/explain-service.ts';
import { endedProcess } from '../../engine/module-process.ts';
import { progressOf, startedTimes, type ServiceProgress } from '../../engine/service-progress.ts';
import { standingOf } from '../../engine/standing.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { changedServices } from '../../plan/step.ts';
import type { Engine } from '../../ports/engine.ts';
import type { AwaitedService, Task } from '../../ports/orchestrator.ts';
import type { World } from '../../ports/world.ts';
import { orchestratorOf } from '../project/orchestrator.ts';
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
  const listed = await orchestratorOf(world).observe(opened.instance);
  if (!listed.ok) return [];
  const tasks = listed.value.filter(({ oneOff }) => !oneOff);
  const services = await Promise.all(
    awaited
      .filter(({ name }) => started.has(name))
      .map(async (service) => {
        const own = tasks.filter((one) => one.service === service.name);
        // That it came back again and again says more than that it is away at this moment.
        const ended = (await loopOf(service, own, engine)) ?? endOf(service, own);
        return ended && explainService(engine, ended);
      }),
  );
  const modules = new Set(opened.project.modules.map(({ name }) => name));
  const unasked = tasks.filter(
    ({ service, health }) => health === 'none' && modules.has(service) && started.has(service),
  );
  const deps = { engine, clock: world.clock, signal };
  const ended = await Promise.all(
    unasked.map(({ service, id }) => endedProcess({ service, containerId: id }, deps)),
  );
  return [
    ...services.flatMap((failure) => failure ?? []),
    ...ended.flatMap((failure) => failure ?? []),
  ];
}

type Ended = Pick<ServiceProgress, 'service' | 'containerId' | 'problem'>;

/** Whatever will bring it back: at this moment its process has ended. */
function endOf(service: AwaitedService, tasks: readonly Task[]): Ended | undefined {
  const progress = progressOf(service, tasks);
  const { phase, problem } = progress;
  const hasEnded = phase === 'failed' || (phase === 'waiting' && problem !== undefined);
  return hasEnded ? progress : undefined;
}

/** It was taken for ready, and has ended again and again since: `dev status` would say so, too. */
async function loopOf(
  { name, restarts: mayRestart }: AwaitedService,
  tasks: readonly Task[],
  engine: Pick<Engine, 'inspect'>,
): Promise<Ended | undefined> {
  for (const one of mayRestart ? tasks : []) {
    const { state, restarts = 0 } = await standingOf(one, engine);
    if (state !== 'restarting') continue;
    // Of one that runs at this moment the engine no longer knows how it ended.
    const last = one.state === 'running' ? undefined : one.exitCode;
    return { service: name, containerId: one.id, problem: startedTimes(restarts + 1, last) };
  }
  return undefined;
}
