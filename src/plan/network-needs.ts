import type { NetworkDetail } from '../ports/engine-resources.ts';
import type { Task } from '../ports/orchestrator.ts';
import { networkDifferences, type DesiredResource } from './resources.ts';

/** A network that services are in, and what the engine has under its name. */
export interface NetworkState {
  readonly wanted: DesiredResource;
  readonly actual: NetworkDetail | undefined;
  /** Whether it was made for this project: others are not changed. */
  readonly isOurs: boolean;
}

/** A network that has to be made anew: engines cannot change one. */
export interface NetworkRemake {
  readonly key: string;
  /** As the engine calls it. */
  readonly name: string;
  /** What is not as the definition has it: `internal`, `driver_opts.mtu`. */
  readonly differences: readonly string[];
  /** Services that are in it, whose containers have to go before. */
  readonly services: readonly string[];
}

/**
 * The networks that are not as their definitions want them.
 * @param isWanted whether a service is among those that are brought up.
 */
export function networkRemakes(
  networks: readonly NetworkState[],
  isWanted: (service: string) => boolean,
): readonly NetworkRemake[] {
  return networks.flatMap(({ wanted, actual, isOurs }) => {
    if (actual === undefined || wanted.external || !isOurs) return [];
    const { key, name, services, definition } = wanted;
    const differences = networkDifferences(definition, actual);
    return differences.length > 0 && services.some(isWanted)
      ? [{ key, name, services, differences }]
      : [];
  });
}

/** Why a service's containers are not in the networks that they should be in; undefined if they are. */
export function networkCause(
  service: string,
  own: readonly Task[],
  networks: readonly NetworkState[],
  remakes: readonly NetworkRemake[],
): string | undefined {
  const remade = remakes.find(({ services }) => services.includes(service));
  if (remade !== undefined) return `its network ${remade.key} is made anew`;
  for (const { wanted, actual } of networks) {
    if (!wanted.services.includes(service)) continue;
    if (actual === undefined) return `its network ${wanted.key} is gone`;
    const ids = own.map((task) => task.networks.get(wanted.name));
    if (ids.some((id) => id !== undefined && id !== '' && id !== actual.id)) {
      return `its network ${wanted.key} is another one now`;
    }
    if (ids.some((id) => id === undefined)) return `it is not in its network ${wanted.key}`;
  }
  return undefined;
}
