import { standingOf, worstOf, type Standing } from '../engine/standing.ts';
import type { Failure } from '../events/failure.ts';
import type { ContainerSummary, Health, PublishedPort } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import { ok, type Result } from '../util/result.ts';
import type { DefinedService } from './project/defined-services.ts';

/** One service as `dev status` tells it. */
export interface ServiceStatus {
  readonly service: string;
  /** `absent`: defined, but it has no container. `off`: it is to have none. */
  readonly state: Standing['state'] | 'absent' | 'off';
  readonly health: Health;
  /** The engine's own words: `Up 3 minutes (healthy)`. */
  readonly detail: string;
  readonly image: string;
  readonly ports: readonly PublishedPort[];
}

/** A service without a container. */
function without({ name, replicas }: Pick<DefinedService, 'name' | 'replicas'>): ServiceStatus {
  const isOff = replicas === 0;
  return {
    service: name,
    state: isOff ? 'off' : 'absent',
    health: 'none',
    detail: isOff ? 'scaled to none' : 'no container',
    image: '',
    ports: [],
  };
}

const timesText = (restarts: number): string =>
  `was started again ${String(restarts)} ${restarts === 1 ? 'time' : 'times'}, `;

/** What is said of all of its containers: of one that is wrong, if there is one. */
function statusOf(
  { name, replicas }: DefinedService,
  containers: readonly (ContainerSummary & { readonly standing: Standing })[],
): ServiceStatus {
  const worst = worstOf(containers.map((one) => ({ ...one, state: one.standing.state })));
  if (worst === undefined) return without({ name, replicas });
  const { state, health, image, standing } = worst;
  const again = standing.restarts === undefined ? '' : timesText(standing.restarts);
  const isMissing = containers.length < replicas;
  const counted = isMissing
    ? `${String(containers.length)} of ${String(replicas)} containers, `
    : containers.length > 1
      ? `${String(containers.length)} containers, ${isUp(worst) ? '' : `${worst.name}: `}`
      : '';
  return {
    service: name,
    state: isMissing && isUp(worst) ? 'absent' : state,
    health,
    detail: `${counted}${again}${worst.status}`,
    image,
    ports: containers.flatMap(({ ports }) => ports),
  };
}

/** `web-2` before `web-10`: of one service all else in the names is the same. */
function byNumber(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}

/**
 * Every defined service, and every other one that runs under the project's name.
 * @param defined in the order to show them in.
 */
export async function serviceStatuses(
  engine: Engine,
  instance: string,
  defined: readonly DefinedService[],
): Promise<Result<readonly ServiceStatus[], Failure>> {
  const listed = await engine.containers(instance);
  if (!listed.ok) return listed;
  const containers = await Promise.all(
    listed.value
      .filter(({ oneOff }) => !oneOff)
      .sort((one, other) => byNumber(one.name, other.name))
      .map(async (one) => {
        const { mayEnd } = defined.find(({ name }) => name === one.service) ?? {};
        return { ...one, standing: await standingOf(one, engine, mayEnd) };
      }),
  );
  const known = new Set(defined.map(({ name }) => name));
  const others = [...new Set(containers.map(({ service }) => service))]
    .filter((service) => !known.has(service))
    .sort()
    .map((name): DefinedService => ({ name, replicas: 0, mayEnd: true }));
  return ok(
    [...defined, ...others].map((service) =>
      statusOf(
        service,
        containers.filter((one) => one.service === service.name),
      ),
    ),
  );
}

/** Whether a service is as it should be: done, or running, and healthy where it has a health check. */
export function isUp({ state, health }: Pick<ServiceStatus, 'state' | 'health'>): boolean {
  if (state === 'done' || state === 'off') return true;
  return state === 'running' && (health === 'none' || health === 'healthy');
}
