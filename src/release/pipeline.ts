import { withUses } from '../model/uses.ts';
import { PROFILES_KEY } from './keys.ts';
import { gateSteps, keptGates, keptSmoke, smokeSteps } from './pipeline-last.ts';
import {
  bakeStep,
  buildSteps,
  dependenciesStep,
  installOwner,
  installStep,
  keptOf,
  lackingDependencies,
  needOf,
  NOT_MADE,
  restoreStep,
} from './pipeline-modules.ts';
import { inOrder } from './pipeline-order.ts';
import type { PipelinePlan, PipelineStep } from './pipeline-plan.ts';
import type { PipelineRequest } from './pipeline-request.ts';
import { keptStages, stageSteps } from './pipeline-stages.ts';

/**
 * What a run has to do, from what is stored and which images there are. Pure. Nothing that was done
 * is done again: resuming a run and using another one's results are the same.
 */
export function planPipeline(request: PipelineRequest): PipelinePlan {
  const order = withUses(request.modules, request.modules);
  const needs = order.map((module) => needOf(module, request));
  const building = needs.filter(
    ({ packs, checks, stages }) => packs || checks.length + stages.length > 0,
  );
  const builds = new Set(building.map(({ module }) => module.name));
  const around = new Set(building.flatMap(({ module }) => withUses([module], request.modules)));
  const installed = new Set(
    [...around].flatMap((module) => installOwner(module, request.modules) ?? []),
  );
  const prepares = order
    .filter((module) => around.has(module) || installed.has(module))
    .flatMap((module) => [
      ...(installed.has(module) ? [installStep(module, request)] : []),
      ...(builds.has(module.name) || !around.has(module) ? [] : [restoreStep(module)]),
    ]);
  const alone: readonly PipelineStep[] = [
    ...prepares,
    ...building.flatMap((need) => buildSteps(need, builds, request)),
    ...lackingDependencies(needs).map(dependenciesStep),
    ...(request.stored.has(request.profilesKey)
      ? []
      : [{ id: PROFILES_KEY, action: { kind: 'profiles' as const }, cause: NOT_MADE, needs: [] }]),
  ];
  const made = [...alone, ...stageSteps(alone, request)];
  const bakes = needs
    .filter(({ bakes: reference }) => reference !== undefined)
    .map((need) => bakeStep(need, made, request));
  const gates = gateSteps([...made, ...bakes], request);
  const smoke = smokeSteps([...made, ...bakes, ...gates], needs, request);
  const steps = [...made, ...bakes, ...gates, ...smoke];
  const kept = [
    ...needs.flatMap((need) => keptOf(need, request)),
    ...keptStages(request),
    ...keptGates(gates, request),
    ...(smoke.length === 0 ? keptSmoke(request) : []),
  ];
  const ids = [...steps, ...kept].map(({ id }) => id);
  return { steps, kept, order: inOrder(ids, order, request.stages ?? []) };
}
