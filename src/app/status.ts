import type { Failure } from '../events/failure.ts';
import type {
  ContainerState,
  ContainerSummary,
  Engine,
  Health,
  PublishedPort,
} from '../ports/engine.ts';
import { ok, type Result } from '../util/result.ts';

/** One service as `dev status` tells it. */
export interface ServiceStatus {
  readonly service: string;
  /** `absent`: defined, but it has no container. */
  readonly state: ContainerState | 'absent';
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
  return ok(
    [...defined, ...others].map((service) =>
      statusOf(
        service,
        containers.find((container) => container.service === service),
      ),
    ),
  );
}

/** Whether a service is as it should be: running, and healthy where it has a health check. */
export function isUp({ state, health }: ServiceStatus): boolean {
  return state === 'running' && (health === 'none' || health === 'healthy');
}
