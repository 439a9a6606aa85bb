import { planGraph } from '../../src/plan/graph.ts';
import type { GraphRequest } from '../../src/plan/graph-request.ts';
import type { ServiceLinks } from '../../src/ports/orchestrator.ts';
import type { Operation, PlannedOperation } from '../../src/plan/operation.ts';
import type { Plan } from '../../src/plan/step.ts';

/** The plan of what a test names; nothing else has to be done. */
export function graphOf(request: Partial<GraphRequest>): Plan {
  return planGraph({
    world: {},
    roots: [],
    builds: [],
    serviceImages: [],
    volumes: [],
    seeds: [],
    networks: [],
    installs: [],
    compiles: [],
    hooks: [],
    operations: [],
    unchanged: [],
    waits: new Map(),
    modules: new Map(),
    images: new Map(),
    links: new Map(),
    volumeOwners: new Map(),
    heldPorts: new Map(),
    ...request,
  });
}

/** The links of a service that a test names; it depends on nothing else. */
export function links(overrides: Partial<ServiceLinks> = {}): ServiceLinks {
  return {
    ...{ dependsOn: new Map(), optional: new Set(), hostPorts: [], startedByCompose: false },
    ...overrides,
  };
}

/** Services that are made for the first time. */
export const create = (...services: readonly string[]): readonly PlannedOperation[] =>
  services.map((service) => operation({ kind: 'create', service }));

export function operation(one: Operation, cause = 'no container yet'): PlannedOperation {
  return { operation: one, cause };
}

/** `id <- what it needs <~ what must be over`, a line a step. */
export function shape({ steps }: Plan): readonly string[] {
  return steps.map(({ id, needs, after }) =>
    [
      id,
      ...(needs.length > 0 ? ['<-', ...needs] : []),
      ...(after.length > 0 ? ['<~', ...after] : []),
    ].join(' '),
  );
}
