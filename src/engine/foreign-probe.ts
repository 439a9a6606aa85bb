import type { ContainerDetail } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import type { AwaitedService } from '../ports/orchestrator.ts';
import type { ServiceProgress } from './service-progress.ts';

/** More than once: the first may meet a container that is still being started. */
const REFUSED_PROBES = 2;

/** Whether the engine found the check's program in none of the probes so far. */
function lacksProgram({ healthLog }: Pick<ContainerDetail, 'healthLog'>): boolean {
  return (
    healthLog.length >= REFUSED_PROBES &&
    healthLog.every(({ output }) =>
      /exec failed: .*exec: ".*(?:no such file|not found)/.test(output),
    )
  );
}

/**
 * A ready service's check is of its own image: in another one that lacks the check's program it fails
 * as long as it is asked, and is not waited for. What a project writes itself may still be installed.
 */
export async function withForeignProbe(
  { hasForeignImage = false }: AwaitedService,
  progress: ServiceProgress,
  engine: Pick<Engine, 'inspect'>,
): Promise<ServiceProgress> {
  const { phase, containerId } = progress;
  if (!hasForeignImage || phase !== 'probing' || containerId === undefined) return progress;
  const detail = await engine.inspect(containerId);
  if (!detail.ok || !lacksProgram(detail.value)) return progress;
  return { ...progress, phase: 'failed', problem: 'its health check cannot be run in its image' };
}
