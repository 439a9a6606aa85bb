import type { ContainerSummary, EngineEvent } from '../ports/engine.ts';

type Phase = 'waiting' | 'starting' | 'probing' | 'ready' | 'failed';

/** How far one container has come on its way to healthy. */
interface ContainerProgress {
  readonly phase: Phase;
  /** What failed: `exited with 1`, `unhealthy`, `started 4 times`. */
  readonly problem?: string;
  readonly starts: number;
}

/** How far one service has come: as far as the one of its containers that is furthest behind. */
export interface ServiceProgress {
  readonly service: string;
  readonly phase: Phase;
  readonly problem?: string;
  /** The container that has failed, or is furthest behind; undefined while there is none such. */
  readonly containerId: string | undefined;
  /** Its containers that count, by id: not those that are being replaced. */
  readonly containers: ReadonlyMap<string, ContainerProgress>;
}

/** A container that starts again and again will not become ready; this many starts tell. */
const TOO_MANY_STARTS = 4;

export interface AwaitedService {
  readonly name: string;
  readonly hasHealthcheck: boolean;
  readonly oneShot: boolean;
  /** Whether its restart policy brings it back when its process ends with an error. */
  readonly restarts: boolean;
  /** How many containers it is to have. */
  readonly replicas: number;
  /** Its containers, when nothing is done to them; empty when an operation will bring others. */
  readonly current: readonly ContainerSummary[];
}

/** Where a service stands by what the engine lists of it. */
export function progressOf(
  service: AwaitedService,
  containers: readonly ContainerSummary[],
): ServiceProgress {
  return progressWith(
    service,
    new Map(containers.map((container) => [container.id, standing(service, container)])),
  );
}

/**
 * The engine was asked once more, now that the work has ended: containers without events count as
 * they are listed; those that were made and never started will not start any more.
 */
export function settled(
  service: AwaitedService,
  progress: ServiceProgress,
  listed: readonly ContainerSummary[],
): ServiceProgress {
  const containers = new Map(progress.containers);
  for (const container of listed) {
    const before = containers.get(container.id)?.phase ?? 'waiting';
    const now = standing(service, container);
    if (before === 'waiting' && now.phase !== 'waiting') containers.set(container.id, now);
    if (before === 'starting' && container.state === 'created') containers.delete(container.id);
  }
  return progressWith(service, containers);
}

/** One event of a container of the service moves it on. Pure; other events change nothing. */
export function advance(
  service: AwaitedService,
  progress: ServiceProgress,
  event: EngineEvent,
): ServiceProgress {
  const before = progress.containers.get(event.containerId);
  // A container that is being replaced has events too; what counts are those that come after it.
  if (before === undefined && event.action !== 'create' && event.action !== 'start') {
    return progress;
  }
  const after = moved(service, before ?? { phase: 'waiting', starts: 0 }, event);
  if (after === before) return progress;
  return progressWith(service, new Map(progress.containers).set(event.containerId, after));
}

const PHASES_BEHIND = ['failed', 'waiting', 'starting', 'probing'] as const;

function progressWith(
  service: AwaitedService,
  containers: ReadonlyMap<string, ContainerProgress>,
): ServiceProgress {
  const base = { service: service.name, containers };
  for (const phase of PHASES_BEHIND) {
    const behind = [...containers].find(([, one]) => one.phase === phase);
    if (behind === undefined) continue;
    const [containerId, { problem }] = behind;
    return { ...base, phase, containerId, ...(problem !== undefined && { problem }) };
  }
  const isComplete = containers.size >= service.replicas;
  return { ...base, phase: isComplete ? 'ready' : 'waiting', containerId: undefined };
}

function standing(service: AwaitedService, container: ContainerSummary): ContainerProgress {
  if (container.state === 'running') {
    const running = { starts: 1 };
    if (!service.hasHealthcheck || container.health === 'healthy') {
      return { ...running, phase: service.oneShot ? 'starting' : 'ready' };
    }
    if (container.health === 'unhealthy') {
      return { ...running, phase: 'failed', problem: 'unhealthy' };
    }
    return { ...running, phase: 'probing' };
  }
  const hasEndedWell = container.state === 'exited' && container.status.startsWith('Exited (0)');
  return { phase: service.oneShot && hasEndedWell ? 'ready' : 'waiting', starts: 0 };
}

function moved(
  service: AwaitedService,
  progress: ContainerProgress,
  event: EngineEvent,
): ContainerProgress {
  switch (event.action) {
    case 'create':
      return { ...progress, phase: 'starting' };
    case 'start': {
      const started = { ...progress, starts: progress.starts + 1 };
      if (started.starts >= TOO_MANY_STARTS) {
        const problem = `it started ${String(started.starts)} times`;
        return { ...started, phase: 'failed', problem };
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
