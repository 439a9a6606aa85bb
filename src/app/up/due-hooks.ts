import { desiredVolumes } from '../../plan/resources.ts';
import type { PlannedHook } from '../../plan/graph-request.ts';
import type { ServicePlan } from '../../plan/operation.ts';
import { leftHooks, type Pending } from '../hooks/pending.ts';
import type { Observed } from './observe.ts';
import type { UpRequest } from './plan-services.ts';
import type { Prepared } from './prepare.ts';

type Services = Pick<ServicePlan, 'operations' | 'unchanged'>;

/** Services that a plan is about. */
function concerned({ operations, unchanged }: Services): readonly string[] {
  const changed = operations.flatMap(({ operation: { kind, service } }) =>
    kind === 'remove' ? [] : [service],
  );
  return [...new Set([...unchanged, ...changed])];
}

/** Whose data a plan makes new, and why; undefined where none is. */
export function newData(
  services: Services,
  { document, opened }: Pick<Prepared, 'document' | 'opened'>,
  { volumes }: Pick<Observed, 'volumes'>,
): string | undefined {
  const reset = services.operations.flatMap(({ operation: { kind, service } }) =>
    kind === 'reset-data' ? [service] : [],
  );
  if (reset.length > 0) return `data of ${reset.join(', ')} is reset`;
  const missing = desiredVolumes(document, opened.instance, concerned(services)).filter(
    ({ name, external }) => !external && !volumes.has(name),
  );
  const owners = new Set(missing.flatMap(({ services: [first] }) => first ?? []));
  return owners.size === 0 ? undefined : `data of ${[...owners].join(', ')} is new`;
}

/**
 * The hooks that run at the end of a plan, with why. One in a service that the plan leaves out waits
 * for a plan that has it.
 */
export function dueHooks(
  { askedBy }: Pick<UpRequest, 'askedBy'>,
  services: Services,
  { opened }: Pick<Prepared, 'opened'>,
  pending: Pending | undefined,
): readonly PlannedHook[] {
  // Of development: production's data is not this machine's to fill.
  if (opened.baked !== undefined) return [];
  const { hooks } = opened.project;
  const there = new Set(['host', 'tools', ...concerned(services)]);
  const filling = pending === undefined ? [] : leftHooks(pending, hooks);
  const always = askedBy === 'person' ? hooks.filter(({ event }) => event === 'after-up') : [];
  return [
    ...filling.map((hook) => ({ hook, cause: pending?.cause ?? '' })),
    ...always.map((hook) => ({ hook, cause: 'at every dev up' })),
  ].filter(({ hook }) => there.has(hook.in));
}
