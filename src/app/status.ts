import { isYoung as runsOnlyJustNow } from '../engine/service-progress.ts';
import type { Failure } from '../events/failure.ts';
import type {
  ContainerState,
  ContainerSummary,
  Engine,
  Health,
  PublishedPort,
} from '../ports/engine.ts';
import { ok, type Result } from '../util/result.ts';

/** From so many on it is no accident. */
const ENDLESS_RESTARTS = 2;

/** One service as `dev status` tells it. */
export interface ServiceStatus {
  readonly service: string;
  /** `absent`: defined, but it has no container. `done`: ended well, and nothing brings it back. */
  readonly state: ContainerState | 'absent' | 'done';
  readonly health: Health;
  /** The engine's own words: `Up 3 minutes (healthy)`. */
  readonly detail: string;
  readonly image: string;
  readonly ports: readonly PublishedPort[];
}

function statusOf(service: string, container: ContainerSummary | undefined): ServiceStatus {
  if (container === undefined) {
    return {
      service,
      state: 'absent',
      health: 'none',
      detail: 'no container',
      image: '',
      ports: [],
    };
  }
  const { state, health, status, image, ports } = container;
  return { service, state, health, detail: status, image, ports };
}

/**
 * A list tells of the moment alone: one that its restart policy brings back again and again runs just
 * now, and one that ended with 0 may be done.
 */
async function withPast(status: ServiceStatus, id: string, engine: Engine): Promise<ServiceStatus> {
  const { state, detail } = status;
  const isDone = state === 'exited' && detail.startsWith('Exited (0)');
  const isJustUp = state === 'running' && runsOnlyJustNow({ ...status, state, status: detail });
  if (!isDone && !isJustUp) return status;
  const past = await engine.inspect(id);
  if (!past.ok) return status;
  const { isRestarted, restartCount } = past.value;
  if (isDone) return isRestarted ? status : { ...status, state: 'done' };
  if (restartCount < ENDLESS_RESTARTS) return status;
  const again = `was started again ${String(restartCount)} times, ${detail.toLowerCase()}`;
  return { ...status, state: 'restarting', detail: again };
}

/**
 * Every defined service, and every other one that runs under the project's name.
 * @param defined names in the order to show them in.
 */
export async function serviceStatuses(
  engine: Engine,
  instance: string,
  defined: readonly string[],
): Promise<Result<readonly ServiceStatus[], Failure>> {
  const listed = await engine.containers(instance);
  if (!listed.ok) return listed;
  const containers = listed.value.filter(({ oneOff }) => !oneOff);
  const others = [...new Set(containers.map(({ service }) => service))]
    .filter((service) => !defined.includes(service))
    .sort();
  const statuses = [...defined, ...others].map((service) => {
    const container = containers.find((one) => one.service === service);
    const status = statusOf(service, container);
    return container === undefined
      ? Promise.resolve(status)
      : withPast(status, container.id, engine);
  });
  return ok(await Promise.all(statuses));
}

/** Whether a service is as it should be: done, or running, and healthy where it has a health check. */
export function isUp({ state, health }: ServiceStatus): boolean {
  if (state === 'done') return true;
  return state === 'running' && (health === 'none' || health === 'healthy');
}
