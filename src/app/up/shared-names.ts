import type { Failure } from '../../events/failure.ts';
import type { ServicePlan } from '../../plan/operation.ts';
import { ownerOf } from '../../ports/compose-labels.ts';
import { desiredNetworks, desiredVolumes } from '../../plan/resources.ts';
import type { Observed } from './observe.ts';
import type { Prepared } from './prepare.ts';

const ownerText = (owner: string | undefined): string =>
  owner === undefined ? 'was not made for any project' : `belongs to the project ${owner}`;

/** Volumes and networks of fixed names that services about to be made have in common with others. */
export function sharedNames(
  { document, opened }: Pick<Prepared, 'document' | 'opened'>,
  plan: Pick<ServicePlan, 'operations'>,
  { volumes, networks }: Pick<Observed, 'volumes' | 'networks'>,
): readonly string[] {
  const { instance } = opened;
  const made = plan.operations.flatMap(({ operation }) =>
    operation.kind === 'create' ? [operation.service] : [],
  );
  const notes: string[] = [];
  for (const { key, name, external } of desiredVolumes(document, instance, made)) {
    const actual = volumes.get(name);
    if (external || actual === undefined || ownerOf(actual.labels) === instance) continue;
    notes.push(
      `the volume ${key} (${name}) ${ownerText(ownerOf(actual.labels))}: its data is shared, and stays whatever is removed here`,
    );
  }
  for (const { key, name, external } of desiredNetworks(document, instance, made)) {
    const actual = networks.filter((network) => network.name === name);
    const [first] = actual;
    if (external || first === undefined) continue;
    if (actual.some(({ labels }) => ownerOf(labels) === instance)) continue;
    notes.push(`the network ${key} (${name}) ${ownerText(ownerOf(first.labels))}: it is shared`);
  }
  return notes;
}

/** Data that a flag would take away, and that is not of this project alone. */
export function foreignData(
  { opened }: Pick<Prepared, 'opened'>,
  plan: Pick<ServicePlan, 'operations'>,
  { volumes }: Pick<Observed, 'volumes'>,
): readonly Failure[] {
  const reset = new Set(
    plan.operations.flatMap(({ operation }) =>
      operation.kind === 'reset-data' ? operation.volumes : [],
    ),
  );
  return [...reset].flatMap((name): Failure[] => {
    const actual = volumes.get(name);
    if (actual === undefined || ownerOf(actual.labels) === opened.instance) return [];
    return [
      {
        reason: 'definition',
        what: `the data in ${name} is not reset from here`,
        why: `the volume ${ownerText(ownerOf(actual.labels))}`,
        cure: `if nobody needs it: docker volume rm ${name}`,
      },
    ];
  });
}
