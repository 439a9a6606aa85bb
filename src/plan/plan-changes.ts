import { actionText, stepText, type Plan, type Step } from './step.ts';
import { worldChanges } from './world-facts.ts';

/** A step as far as it tells what is done and after what. */
const essence = ({ id, action, cause, needs, after }: Step): string =>
  JSON.stringify([id, action, cause, needs, after]);

/**
 * Images that are pulled again though they are there come before a plan is carried out: only with them
 * it is known what else has to be done. They are steps where nothing is done yet, and none later.
 */
function pulledBefore({ world, steps }: Plan): ReadonlySet<string> {
  return new Set(
    steps.flatMap(({ id, action }) =>
      action.kind === 'bring-image' &&
      action.how === 'pull' &&
      world[`image ${action.reference}`] !== undefined
        ? [id]
        : [],
    ),
  );
}

function withoutPulls(plan: Plan): readonly Step[] {
  const pulled = pulledBefore(plan);
  if (pulled.size === 0) return plan.steps;
  const left = (ids: readonly string[]): readonly string[] => ids.filter((id) => !pulled.has(id));
  return plan.steps
    .filter(({ id }) => !pulled.has(id))
    .map((step) => ({ ...step, needs: left(step.needs), after: left(step.after) }));
}

/**
 * What tells a plan from the one that somebody agreed to, one line each; nothing where they do the
 * same for the same causes in the same world.
 */
export function planChanges(agreed: Plan, now: Plan): readonly string[] {
  const before = new Map(withoutPulls(agreed).map((step) => [step.id, step]));
  const after = new Map(withoutPulls(now).map((step) => [step.id, step]));
  const gone = [...before.values()].filter(({ id }) => !after.has(id));
  const other = [...after.values()].filter((step) => {
    const was = before.get(step.id);
    return was === undefined || essence(was) !== essence(step);
  });
  const steps = [
    ...told(gone).map((text) => `not to be done any more: ${text}`),
    ...told(other).map((text) => `to be done now: ${text}`),
  ];
  return [...worldChanges(agreed.world, now.world), ...steps];
}

/** What only follows from another step is told where nothing else is. */
function told(steps: readonly Step[]): readonly string[] {
  const caused = steps.filter(({ cause }) => cause !== '');
  return caused.length > 0
    ? caused.map((step) => stepText(step))
    : steps.map(({ action }) => actionText(action));
}
