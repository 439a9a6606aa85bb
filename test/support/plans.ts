import { planGraph } from '../../src/plan/graph.ts';
import type { GraphRequest } from '../../src/plan/graph-request.ts';
import type { ServiceLinks } from '../../src/ports/orchestrator.ts';
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
    heldPorts: new Map(),
    ...request,
  });
}

/** The links of a service that a test names; it depends on nothing else. */
export function links(overrides: Partial<ServiceLinks> = {}): ServiceLinks {
  return { dependsOn: new Map(), hostPorts: [], startedByCompose: false, ...overrides };
}
