import type { Failure } from '../../events/failure.ts';
import type { Engine } from '../../ports/engine.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { observe, type Observed } from './observe.ts';

/** It is none of those that are too old for anything. */
const FRESH = { product: 'docker', isRootless: false, version: '', apiVersion: '2' } as const;

const NOTHING = { reason: 'service', what: 'no such container' } as const;

/** The engine as it answers when it was only just brought: it has nothing. */
function freshEngine(engine: Engine): Engine {
  const none = () => Promise.resolve(ok([]));
  const unknown = () => Promise.resolve(ok(undefined));
  return {
    ...engine,
    version: () => Promise.resolve(ok(FRESH)),
    ...{
      containers: none,
      everyContainer: none,
      labelledContainers: none,
      runningContainers: none,
    },
    ...{ images: none, volumes: none, networks: none, image: unknown, imageId: unknown },
    labelsOf: unknown,
    networkMembers: () => Promise.resolve(ok(new Map())),
    inspect: () => Promise.resolve(fail(NOTHING)),
  };
}

/** What a plan is made of where no engine answers yet. */
export interface Forecast {
  readonly observed: Observed;
  /** The world with such an engine. */
  readonly world: World;
}

/**
 * What will be found once an engine is brought, where this machine lets one be brought; nothing is
 * done for it. The plan that is made of it begins with the engine.
 */
export async function forecast(instance: string, world: World): Promise<Result<Forecast, Failure>> {
  const { engineNeeds } = await import('../machine/ensure-engine.ts');
  const needs = await engineNeeds(world);
  if (!needs.ok) return needs;
  const engine = freshEngine(await world.engine());
  const fresh: World = { ...world, engine: () => Promise.resolve(engine) };
  const observed = await observe(fresh, instance);
  if (!observed.ok) return observed;
  return ok({ observed: { ...observed.value, missingEngine: needs.value }, world: fresh });
}
