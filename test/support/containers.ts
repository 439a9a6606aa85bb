import { tasksOf } from '../../src/engine/tasks.ts';
import type { DesiredService } from '../../src/plan/desired.ts';
import type { ContainerSummary } from '../../src/ports/engine-containers.ts';
import type { AwaitedService, Task } from '../../src/ports/orchestrator.ts';

/** A container as the engine would list it; everything that a test does not name is ordinary. */
export function aContainer(
  service: string,
  overrides: Partial<ContainerSummary> = {},
): ContainerSummary {
  return {
    id: `id-${service}`,
    name: `shop-${service}-1`,
    service,
    oneOff: false,
    imageId: 'sha256:1',
    image: 'onestack/node:abc',
    state: 'running',
    health: 'healthy',
    status: 'Up 3 minutes (healthy)',
    createdAtMs: 0,
    labels: { 'dev.onestack.service-hash': `hash-${service}` },
    ports: [],
    exposedPorts: [],
    volumes: [],
    unnamedVolumes: [],
    networks: new Map(),
    ...overrides,
  };
}

/** What a look at a single one tells. */
type Closer = Pick<Task, 'restartCount' | 'startedAtMs' | 'flaw' | 'leftBehind'>;

/** A task of Compose, told by the container that the engine would list. */
export function aTask(
  service: string,
  {
    restartCount,
    startedAtMs,
    flaw,
    leftBehind,
    ...listed
  }: Partial<ContainerSummary> & Closer = {},
): Task {
  const [task] = tasksOf([aContainer(service, listed)]);
  if (task === undefined) throw new Error('a container is no task');
  return {
    ...task,
    ...(restartCount !== undefined && { restartCount }),
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(flaw !== undefined && { flaw }),
    ...(leftBehind !== undefined && { leftBehind }),
  };
}

/** A service that is waited for, with a health check and one container that is still to come. */
export function anAwaitedService(
  name: string,
  overrides: Partial<AwaitedService> = {},
): AwaitedService {
  return {
    name,
    hasHealthcheck: true,
    oneShot: false,
    mayEnd: false,
    restarts: true,
    replicas: 1,
    leaving: new Set(),
    current: [],
    ...overrides,
  };
}

/** A service as its definition wants it; everything that a test does not name is ordinary. */
export function aDesiredService(
  name: string,
  overrides: Partial<DesiredService> = {},
): DesiredService {
  return {
    ...{ name, hash: `hash-${name}`, files: '', image: 'onestack/node:abc', replicas: 1 },
    ...{ oneShot: false, mayEnd: false, dependsOn: [], joins: new Map(), restartsWith: [] },
    ...{ dataVolumes: [], letThrough: [], changes: [] },
    ...overrides,
  };
}
