import type { Failure } from '../events/failure.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import type { RolloutRequest } from '../ports/orchestrator.ts';
import { ok, type Result } from '../util/result.ts';

type Outcome = Promise<Result<void, Failure>>;

/** Makes new containers of modules the person's: the name in them, and the volumes that nobody has written to. */
export interface Giving {
  /** All of a service that do not run yet. */
  service(service: string): Outcome;
  /** One that is about to be started. */
  container(container: ContainerSummary): Outcome;
}

export function createGiving(
  { target, asPerson }: Pick<RolloutRequest, 'target' | 'asPerson'>,
  engine: Pick<Engine, 'containers' | 'giveAccount' | 'giveVolumes'>,
): Giving {
  const { services, account } = asPerson;
  const given = new Set<string>();

  async function container({ id, state, service }: ContainerSummary): Outcome {
    if (state !== 'created' || !services.has(service) || given.has(id)) return ok(undefined);
    const named = await engine.giveAccount(id, account);
    if (!named.ok) return named;
    const volumes = await engine.giveVolumes(id, account);
    if (volumes.ok) given.add(id);
    return volumes;
  }

  return {
    container,
    async service(service) {
      if (!services.has(service)) return ok(undefined);
      const listed = await engine.containers(target.project);
      if (!listed.ok) return listed;
      const own = listed.value.filter((one) => !one.oneOff && one.service === service);
      const results = await Promise.all(own.map(container));
      return results.find((result) => !result.ok) ?? ok(undefined);
    },
  };
}
