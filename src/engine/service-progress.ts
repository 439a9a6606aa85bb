import type { ContainerSummary, EngineEvent } from '../ports/engine.ts';

/** How far one service has come on its way to healthy. */
export interface ServiceProgress {
  readonly service: string;
  readonly containerId: string | undefined;
  readonly phase: 'waiting' | 'starting' | 'probing' | 'ready' | 'failed';
  /** What failed: `exited with 1`, `unhealthy`, `started 4 times`. */
  readonly problem?: string;
  readonly starts: number;
}

/** A service that starts again and again will not become ready; this many starts tell. */
const TOO_MANY_STARTS = 4;

export interface AwaitedService {
  readonly name: string;
  readonly hasHealthcheck: boolean;
  readonly oneShot: boolean;
  /** Whether its restart policy brings it back when its process ends with an error. */
  readonly restarts: boolean;
  /** Its container, when nothing is done to it; undefined when an operation will bring one. */
  readonly current: ContainerSummary | undefined;
}

/** Where a service stands by what the engine lists of it. */
export function progressOf(
  service: AwaitedService,
  container: ContainerSummary | undefined,
): ServiceProgress {
  const base = { service: service.name, containerId: container?.id, starts: 0 };
  if (container === undefined) return { ...base, phase: 'waiting' };
  if (container.state === 'running') {
    if (!service.hasHealthcheck || container.health === 'healthy') {
      return { ...base, phase: service.oneShot ? 'starting' : 'ready', starts: 1 };
    }
    if (container.health === 'unhealthy') {
      return { ...base, phase: 'failed', problem: 'unhealthy', starts: 1 };
    }
    return { ...base, phase: 'probing', starts: 1 };
  }
  if (
    container.state === 'exited' &&
    service.oneShot &&
    container.status.startsWith('Exited (0)')
  ) {
    return { ...base, phase: 'ready' };
  }
  return { ...base, phase: 'waiting' };
}

/** One event of the service's container moves it on. Pure; other events change nothing. */
export function advance(
  service: AwaitedService,
  progress: ServiceProgress,
  event: EngineEvent,
): ServiceProgress {
  if (event.action === 'create') {
    return { ...progress, containerId: event.containerId, phase: 'starting' };
  }
  // A container that is being replaced has events too; what counts is the one that came after it.
  if (event.action !== 'start' && event.containerId !== progress.containerId) return progress;
  switch (event.action) {
    case 'start': {
      const starts = progress.starts + 1;
      const started = { ...progress, containerId: event.containerId, starts };
      if (starts >= TOO_MANY_STARTS) {
        return { ...started, phase: 'failed', problem: `it started ${String(starts)} times` };
      }
      if (service.oneShot) return { ...started, phase: 'starting' };
      return { ...started, phase: service.hasHealthcheck ? 'probing' : 'ready' };
    }
    case 'health_status: healthy':
      return { ...progress, phase: service.oneShot ? progress.phase : 'ready' };
    case 'health_status: unhealthy':
      return { ...progress, phase: 'failed', problem: 'unhealthy' };
    case 'die': {
      const exitCode = event.attributes['exitCode'] ?? '?';
      if (service.oneShot && exitCode === '0') return { ...progress, phase: 'ready' };
      const problem = `exited with ${exitCode}`;
      return { ...progress, phase: service.restarts ? 'waiting' : 'failed', problem };
    }
    case 'destroy':
      // Nothing will come of it any more: somebody else took it away.
      if (service.oneShot && progress.phase === 'ready') return progress;
      return { ...progress, phase: 'failed', problem: 'its container was removed' };
    default:
      return progress;
  }
}
