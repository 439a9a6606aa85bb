import { hookText } from '../model/hook.ts';
import { dependencyOrder } from '../util/graph.ts';
import { closure, compilesFor, groundOfAll, mounted, ownCompiles } from './graph-needs.ts';
import type { StepDraft, GraphRequest } from './graph-request.ts';
import { serviceDrafts } from './graph-services.ts';
import type { Plan, Step } from './step.ts';
import {
  awaitId,
  ENGINE_ID,
  hookId,
  imageId,
  networkId,
  PIPELINE_ID,
  seedId,
  serviceImageId,
  startId,
  volumeId,
} from './step-ids.ts';

/** Makes the graph of all that has to be done. Pure: the same request, the same plan. */
export function planGraph(request: GraphRequest): Plan {
  const drafts = [
    ...engineDrafts(request),
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
  // What is there already is no step, and nothing waits for it. Root images are made beside the engine.
  const steps = drafts.map(({ id, action, cause = '', needs = [], after = [], weight = 0 }) => ({
    ...{ id, action, cause, weight },
    needs: kept(action.kind === 'root-image' ? needs : [...needs, ENGINE_ID], id),
    after: kept(after, id),
  }));
  return { world: request.world, steps: inOrder(steps), unchanged: request.unchanged };
}

function engineDrafts({ missingEngine }: GraphRequest): readonly StepDraft[] {
  if (missingEngine === undefined) return [];
  return [{ id: ENGINE_ID, action: { kind: 'engine' }, cause: missingEngine, weight: 1 }];
}

function pipelineDrafts({ pipeline }: GraphRequest): readonly StepDraft[] {
  if (pipeline === undefined) return [];
  const { commit, modules, weight } = pipeline;
  const cause = 'not made yet: dev ci';
  return [{ id: PIPELINE_ID, action: { kind: 'pipeline', commit, modules }, cause, weight }];
}

function machineDrafts(request: GraphRequest): readonly StepDraft[] {
  const { roots, builds, serviceImages, volumes, seeds } = request;
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
      // What cannot be had is known before anything is built.
      after: roots.flatMap(({ reference }) =>
        externals.length === 0 || externals.includes(reference) ? [] : [`root:${reference}`],
      ),
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
    ...seeds.map(({ image, volume }) => ({
      id: seedId(image),
      action: { kind: 'seed-caches', image, volume } as const,
      needs: [imageId(image), volumeId(volume)],
      weight: 1,
    })),
  ];
}

function moduleDrafts(request: GraphRequest): readonly StepDraft[] {
  const { installs, compiles, modules, volumes, seeds } = request;
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
      // Without them it takes longer.
      after: seeds.flatMap((seed) => (seed.modules.includes(module) ? [seedId(seed.image)] : [])),
      weight: 1,
    })),
  ];
}

/** One after the other: a service may be in several. What is in them stops when all else is there. */
function networkDrafts(request: GraphRequest): readonly StepDraft[] {
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

function waitDrafts({ waits, operations }: GraphRequest): readonly StepDraft[] {
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
function hookDrafts(request: GraphRequest, others: readonly StepDraft[]): readonly StepDraft[] {
  const all = others.map(({ id }) => id);
  const waits = others.flatMap(({ id, action }) => (action.kind === 'await' ? [id] : []));
  return request.hooks.map(({ hook, cause }, index): StepDraft => {
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
  return dependencyOrder(steps, ({ needs, after }) =>
    [...needs, ...after].flatMap((id) => byId.get(id) ?? []),
  );
}
