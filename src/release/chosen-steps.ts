import { OWN_STEPS } from '../model/pipeline.ts';
import type { PipelinePlan } from './pipeline-plan.ts';
import type { PipelineRequest } from './pipeline-request.ts';

/** `test` is that step of all modules, `test:api` of one; `contract` a stage of the team's own. */
function isChosen(id: string, names: readonly string[]): boolean {
  const [kind = ''] = id.split(':');
  return names.includes(id) || names.includes(kind);
}

/** All that can be asked for, whether it is to be done or is kept; those of one module behind the others. */
export function askable(
  { order }: PipelinePlan,
  { modules, stages = [] }: Pick<PipelineRequest, 'modules' | 'stages'>,
): readonly string[] {
  const kinds = [...OWN_STEPS, ...stages.map(({ definition: { name } }) => name)];
  const own = modules.flatMap(({ name }) => OWN_STEPS.map((kind) => `${kind}:${name}`));
  return [...new Set([...kinds, ...order, ...own])];
}

/**
 * Only the steps that are asked for, and what they need. Pure.
 * @param names each of those that can be asked for; none: all of it.
 */
export function chosenSteps(plan: PipelinePlan, names: readonly string[]): PipelinePlan {
  if (names.length === 0) return plan;
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  const wanted = new Set<string>();
  const want = (id: string): void => {
    const step = byId.get(id);
    if (step === undefined || wanted.has(id)) return;
    wanted.add(id);
    step.needs.forEach(want);
  };
  for (const { id } of plan.steps) if (isChosen(id, names)) want(id);
  const kept = plan.kept.filter(({ id }) => isChosen(id, names));
  const shown = new Set([...wanted, ...kept.map(({ id }) => id)]);
  return {
    steps: plan.steps.filter(({ id }) => wanted.has(id)),
    kept,
    order: plan.order.filter((id) => shown.has(id)),
  };
}
