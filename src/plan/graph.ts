import { dependencyOrder } from '../util/graph.ts';
import { hookText, type HookDefinition } from '../model/hook.ts';
import type { NetworkRemake } from './network-needs.ts';
import type { Operation, PlannedOperation } from './operation.ts';
import type { ServiceLinks } from './service-links.ts';
import type { Action, Plan, Step } from './step.ts';
import type { WorldFacts } from './world-facts.ts';

/** A module's code, as far as the order of steps goes. */
export interface ModuleLinks {
  /** Name of its base image. */
  readonly image: string;
  /** It and all modules that it uses, however far: their dependencies are mounted beside its own. */
  readonly modules: readonly string[];
}

/** A hook that runs in this plan, and why. */
export interface PlannedHook {
  readonly hook: HookDefinition;
  readonly cause: string;
}

export interface GraphRequest {
  /** What the plan is made of. */
  readonly world: WorldFacts;
  /** Images from outside that the builds begin with and the engine lacks. */
  readonly roots: readonly { readonly reference: string; readonly cause: string }[];
  readonly builds: readonly {
    readonly image: string;
    readonly cause: string;
    /** Builds of this plan that it is built from. */
    readonly after: readonly string[];
    /** Images from outside that it is built from. */
    readonly externals: readonly string[];
  }[];
  /** Images that services run and that have to be got; each once. */
  readonly serviceImages: readonly {
    readonly how: 'pull' | 'build' | 'pull-or-build' | 'forbidden';
    readonly reference: string;
    /** The service that says how. */
    readonly service: string;
    /** All services that run it. */
    readonly services: readonly string[];
    readonly cause: string;
    /** References of this list that it is built from. */
    readonly after: readonly string[];
    /** Base images that it is built from. */
    readonly bases: readonly string[];
    readonly weight: number;
  }[];
  /** Images of modules that the pipeline has not made yet of the commit; undefined where none is missing. */
  readonly pipeline?: {
    readonly commit: string;
    readonly modules: readonly string[];
    readonly weight: number;
  };
  /**
   * Volumes that modules mount and the engine lacks. Compose does nothing at all where one is missing,
   * whatever it is asked to make. Without a cause: only part of an install.
   */
  readonly volumes: readonly { readonly name: string; readonly cause: string }[];
  readonly installs: readonly {
    readonly module: string;
    readonly cause: string;
    /** Modules that share it; it is done once. */
    readonly sharedBy: readonly string[];
  }[];
  readonly compiles: readonly {
    readonly module: string;
    readonly cause: string;
    /** Modules that it uses. */
    readonly uses: readonly string[];
  }[];
  /** Commands of the project's own that run when all is up, in their order. */
  readonly hooks: readonly PlannedHook[];
  /** Networks that are made anew. */
  readonly networks: readonly NetworkRemake[];
  readonly operations: readonly PlannedOperation[];
  readonly unchanged: readonly string[];
  /** Services to wait for though nothing else is done about them, with what is missing. */
  readonly waits: ReadonlyMap<string, string>;
  readonly modules: ReadonlyMap<string, ModuleLinks>;
  /** Service → name of the base image that it runs. */
  readonly images: ReadonlyMap<string, string>;
  readonly links: ReadonlyMap<string, ServiceLinks>;
  /** Service → host ports that its containers have now: `8080/tcp`. */
  readonly heldPorts: ReadonlyMap<string, readonly string[]>;
  /** Cores that a compile is counted with: few of them run at once. */
  readonly compileWeight: number;
}

const MAKES = new Set<Operation['kind']>(['create', 'recreate', 'scale']);

const imageId = (name: string): string => `image:${name}`;
const serviceImageId = (reference: string): string => `service-image:${reference}`;
const PIPELINE_ID = 'pipeline';
const volumeId = (name: string): string => `volume:${name}`;
const networkId = (key: string): string => `network:${key}`;
const startId = (service: string): string => `start:${service}`;
const awaitId = (service: string): string => `await:${service}`;

function operationId(operation: Operation): string {
  return operation.kind === 'remove'
    ? `remove:${operation.service}:${operation.containerId.slice(0, 12)}`
    : `${operation.kind}:${operation.service}`;
}

const hookId = ({ event, number }: HookDefinition): string => `hook:${event}:${String(number)}`;

interface Draft {
  readonly action: Action;
  readonly id: string;
  readonly cause?: string;
  readonly needs?: readonly string[];
  readonly after?: readonly string[];
  readonly weight?: number;
}

/** Makes the graph of all that has to be done. Pure: the same request, the same plan. */
export function planGraph(request: GraphRequest): Plan {
  const drafts = [
    ...machineDrafts(request),
    ...pipelineDrafts(request),
    ...moduleDrafts(request),
    ...networkDrafts(request),
    ...request.operations.flatMap((planned) => serviceDrafts(planned, request)),
    ...waitDrafts(request),
  ];
  drafts.push(...hookDrafts(request, drafts));
  const ids = new Set(drafts.map(({ id }) => id));
  const kept = (names: readonly string[], self: string): readonly string[] => [
    ...new Set(names.filter((name) => ids.has(name) && name !== self)),
  ];
  // What is there already is no step, and nothing waits for it.
  const steps = drafts.map(({ id, action, cause = '', needs = [], after = [], weight = 0 }) => ({
    ...{ id, action, cause, weight },
    needs: kept(needs, id),
    after: kept(after, id),
  }));
  return { world: request.world, steps: inOrder(steps), unchanged: request.unchanged };
}

function pipelineDrafts({ pipeline }: GraphRequest): readonly Draft[] {
  if (pipeline === undefined) return [];
  const { commit, modules, weight } = pipeline;
  const cause = 'not made yet: dev ci';
  return [{ id: PIPELINE_ID, action: { kind: 'pipeline', commit, modules }, cause, weight }];
}

function machineDrafts({ roots, builds, serviceImages, volumes }: GraphRequest): readonly Draft[] {
  return [
    ...roots.map(({ reference, cause }) => ({
      id: `root:${reference}`,
      action: { kind: 'root-image', reference } as const,
      cause,
      weight: 1,
    })),
    ...builds.map(({ image, cause, after, externals }) => ({
      id: imageId(image),
      action: { kind: 'build-image', image } as const,
      cause,
      needs: [...externals.map((reference) => `root:${reference}`), ...after.map(imageId)],
      weight: 1,
    })),
    ...serviceImages.map(({ how, reference, service, cause, after, bases, weight }) => ({
      id: serviceImageId(reference),
      action: { kind: 'bring-image', how, reference, service } as const,
      cause,
      needs: [...after.map(serviceImageId), ...bases.map(imageId)],
      weight,
    })),
    ...volumes.map(({ name, cause }) => ({
      id: volumeId(name),
      action: { kind: 'create-volume', volume: name } as const,
      cause,
    })),
  ];
}

/** The steps that a module's container needs: its image, and all that it mounts. */
function mounted(module: string, { modules, installs, volumes }: GraphRequest): readonly string[] {
  const links = modules.get(module);
  if (links === undefined) return [];
  const owners = installs.filter(({ sharedBy }) =>
    sharedBy.some((name) => links.modules.includes(name)),
  );
  return [
    imageId(links.image),
    ...volumes.map(({ name }) => volumeId(name)),
    ...owners.map((install) => `install:${install.module}`),
  ];
}

function moduleDrafts(request: GraphRequest): readonly Draft[] {
  const { installs, compiles, modules, volumes, compileWeight } = request;
  return [
    ...installs.map(({ module, cause }) => ({
      id: `install:${module}`,
      action: { kind: 'install', module } as const,
      cause,
      needs: [
        imageId(modules.get(module)?.image ?? ''),
        ...volumes.map(({ name }) => volumeId(name)),
      ],
      weight: 1,
    })),
    ...compiles.map(({ module, cause, uses }) => ({
      id: `compile:${module}`,
      action: { kind: 'compile', module } as const,
      cause,
      needs: [
        ...mounted(module, request),
        ...uses.flatMap((used) => [...closure(used, request)].map((name) => `compile:${name}`)),
      ],
      weight: compileWeight,
    })),
  ];
}

const closure = (module: string, { modules }: GraphRequest): readonly string[] =>
  modules.get(module)?.modules ?? [module];

/** One after the other: a service may be in several. What is in them stops when all else is there. */
function networkDrafts(request: GraphRequest): readonly Draft[] {
  const { networks } = request;
  const all = networks.flatMap(({ services }) => services);
  return networks.map(({ key, name, differences, services }, index) => ({
    id: networkId(key),
    action: { kind: 'recreate-network', network: key, name, services } as const,
    cause: differences.join(', '),
    needs: [
      ...networks.slice(0, index).map((before) => networkId(before.key)),
      ...all.flatMap((service) => groundOfAll(service, request)),
    ],
    after: all.flatMap((service) => compilesFor(service, request)),
  }));
}

function serviceDrafts(
  { operation, cause }: PlannedOperation,
  request: GraphRequest,
): readonly Draft[] {
  const id = operationId(operation);
  const { service } = operation;
  if (operation.kind === 'remove' || operation.kind === 'reset-data') {
    return [{ id, action: operation, cause }];
  }
  const links = request.links.get(service);
  const makes = MAKES.has(operation.kind);
  const created: Draft = {
    id,
    action: operation,
    cause,
    needs: [
      ...groundOfAll(service, request),
      ...request.volumes.map(({ name }) => volumeId(name)),
      ...networksOf(service, request),
    ],
    after: [
      // Names and addresses that they had may be wanted again.
      ...stepsOf(request, ({ kind }) => kind === 'remove'),
      // Compose makes what a service depends on with it: what is to be made anew has its own time.
      ...remade(service, request),
      // What runs goes on until all that can be done beforehand is.
      ...(operation.kind === 'create' ? [] : compilesFor(service, request)),
    ],
  };
  const started: Draft = {
    id: startId(service),
    action: { kind: 'start', service },
    cause: makes ? '' : cause,
    needs: [...makings(service), ...conditions(service, links)],
    after: [
      ...ownCompiles(service, request),
      ...portHolders(service, request),
      // What is on its way out is not started with the rest.
      ...stepsOf(request, ({ kind, service: other }) => kind === 'remove' && other === service),
    ],
  };
  const ready: Draft = {
    id: awaitId(service),
    action: { kind: 'await', service },
    needs: [startId(service)],
  };
  return [...(makes ? [created] : []), started, ready];
}

/** The service and all that it depends on, however far. */
function withDependencies(service: string, { links }: GraphRequest): readonly string[] {
  return [
    ...dependencyOrder([service], (name) => links.get(name)?.dependsOn.keys() ?? []),
  ].reverse();
}

/** What a service's container is made of, and made after. Where it cannot be had, all that depends on it stays. */
function ground(service: string, request: GraphRequest): readonly string[] {
  const image = request.images.get(service);
  const own = request.serviceImages.filter(({ services }) => services.includes(service));
  return [
    `reset-data:${service}`,
    ...(image === undefined ? [] : [imageId(image)]),
    ...(request.pipeline?.modules.includes(service) === true ? [PIPELINE_ID] : []),
    ...own.map(({ reference }) => serviceImageId(reference)),
    ...mounted(service, request),
  ];
}

/** The steps that make anew, or another number of, what a service depends on. */
function remade(service: string, request: GraphRequest): readonly string[] {
  const others = new Set(withDependencies(service, request));
  return stepsOf(
    request,
    ({ kind, service: other }) => kind !== 'create' && MAKES.has(kind) && others.has(other),
  );
}

function groundOfAll(service: string, request: GraphRequest): readonly string[] {
  return withDependencies(service, request).flatMap((name) => ground(name, request));
}

/** The steps that make anew a network of the service, or of what it depends on. */
function networksOf(service: string, request: GraphRequest): readonly string[] {
  const names = withDependencies(service, request);
  return request.networks
    .filter(({ services }) => services.some((one) => names.includes(one)))
    .map(({ key }) => networkId(key));
}

function ownCompiles(service: string, request: GraphRequest): readonly string[] {
  if (!request.modules.has(service)) return [];
  return closure(service, request).map((name) => `compile:${name}`);
}

function compilesFor(service: string, request: GraphRequest): readonly string[] {
  return withDependencies(service, request).flatMap((name) => ownCompiles(name, request));
}

function makings(service: string): readonly string[] {
  return [...MAKES].map((kind) => `${kind}:${service}`);
}

/** What has to have happened to the services that one depends on. */
function conditions(service: string, links: ServiceLinks | undefined): readonly string[] {
  return [...(links?.dependsOn ?? [])].flatMap(([other, condition]) => {
    if (other === service) return [];
    return condition === 'started' ? [startId(other)] : [startId(other), awaitId(other)];
  });
}

function stepsOf(
  { operations }: GraphRequest,
  which: (operation: Operation) => boolean,
): readonly string[] {
  return operations.flatMap(({ operation }) => (which(operation) ? [operationId(operation)] : []));
}

/** The steps that free a host port which another service's old container still has. */
function portHolders(service: string, request: GraphRequest): readonly string[] {
  const wanted = new Set(request.links.get(service)?.hostPorts ?? []);
  if (wanted.size === 0) return [];
  return stepsOf(
    request,
    (operation) =>
      operation.service !== service &&
      operation.kind !== 'start' &&
      (request.heldPorts.get(operation.service) ?? []).some((port) => wanted.has(port)),
  );
}

function waitDrafts({ waits, operations }: GraphRequest): readonly Draft[] {
  const started = new Set(
    operations.flatMap(({ operation: { kind, service } }) => (kind === 'remove' ? [] : [service])),
  );
  return [...waits].flatMap(([service, cause]) =>
    started.has(service)
      ? []
      : [{ id: awaitId(service), action: { kind: 'await', service } as const, cause }],
  );
}

/**
 * Hooks run one after the other, when all else is over: one in a service needs that service with its
 * code, one elsewhere needs everything. What a failing one was to prepare, the next one would lack.
 */
function hookDrafts(request: GraphRequest, others: readonly Draft[]): readonly Draft[] {
  const all = others.map(({ id }) => id);
  const waits = others.flatMap(({ id, action }) => (action.kind === 'await' ? [id] : []));
  return request.hooks.map(({ hook, cause }, index): Draft => {
    const { event, number, in: where } = hook;
    const before = request.hooks[index - 1]?.hook;
    const own = [startId(where), awaitId(where), ...ownCompiles(where, request)];
    const isService = where !== 'host' && where !== 'tools';
    return {
      id: hookId(hook),
      action: { kind: 'hook', event, number, text: hookText(hook) },
      cause,
      needs: [...(isService ? own : waits), ...(before === undefined ? [] : [hookId(before)])],
      after: all,
    };
  });
}

/** Steps after those that they wait for, otherwise as they come. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const ordered = new Set<Step>();
  const entered = new Set<Step>();
  const visit = (step: Step): void => {
    if (entered.has(step)) return;
    entered.add(step);
    for (const id of [...step.needs, ...step.after]) {
      const before = byId.get(id);
      if (before !== undefined) visit(before);
    }
    ordered.add(step);
  };
  steps.forEach(visit);
  return [...ordered];
}
