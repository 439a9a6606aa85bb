import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import { healthFromInspect, toSummary } from './translate-container.ts';

/**
 * Containers as the list has them. Podman's says nothing of their health: those that run are asked one by
 * one. Docker's is known by what it tells besides.
 */
export function withHealth(
  docker: Docker,
  list: readonly ContainerInfo[],
): Promise<readonly ContainerSummary[]> {
  return Promise.all(
    list.map(async (info) => {
      const summary = toSummary(info);
      const isTold = Object.hasOwn(info, 'HostConfig') || summary.health !== 'none';
      if (isTold || summary.state !== 'running') return summary;
      try {
        const { State: state } = await docker.getContainer(info.Id).inspect();
        const health = healthFromInspect(state.Health?.Status);
        if (health === 'none') return summary;
        const word = health === 'starting' ? 'health: starting' : health;
        return { ...summary, health, status: `${summary.status} (${word})` };
      } catch {
        // It went meanwhile, as the next list will say.
        return summary;
      }
    }),
  );
}
