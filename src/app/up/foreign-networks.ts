import type { Failure } from '../../events/failure.ts';
import type { ServicePlan } from '../../plan/operation.ts';
import { desiredNetworks } from '../../plan/resources.ts';
import { COMPOSE_LABELS, ownerOf } from '../../ports/compose-labels.ts';
import type { Observed } from './observe.ts';
import type { Prepared } from './prepare.ts';
import { placeInDocument } from './refuse-changes.ts';

/**
 * Networks that bear a name which this project wants for one of its own, and that Compose makes no
 * container in: somebody made them by hand, or another project calls them by another key.
 */
export function refuseForeignNetworks(
  { document, merged, opened }: Pick<Prepared, 'document' | 'merged' | 'opened'>,
  plan: Pick<ServicePlan, 'operations'>,
  { networks }: Pick<Observed, 'networks'>,
): readonly Failure[] {
  const made = plan.operations.flatMap(({ operation: { kind, service } }) =>
    kind === 'start' || kind === 'remove' ? [] : [service],
  );
  return desiredNetworks(document, opened.instance, made).flatMap((wanted): Failure[] => {
    const { key, name, external } = wanted;
    const named = networks.filter((network) => network.name === name);
    const [first] = named;
    const isTaken = named.every(({ labels }) => labels[COMPOSE_LABELS.network] !== key);
    if (external || first === undefined || !isTaken) return [];
    const owner = ownerOf(first.labels);
    const called = first.labels[COMPOSE_LABELS.network];
    const at = placeInDocument(merged.root, ['networks', key, 'name']);
    return [
      {
        reason: 'definition',
        what: `the name of the network ${key} is taken: ${name}`,
        why:
          owner === undefined
            ? 'a network of that name was made by hand'
            : `the project ${owner} has it${called === undefined ? '' : ` as ${called}`}`,
        cure: `to use it as it is: networks.${key}: { name: ${name}, external: true }`,
        detail: [`if nobody needs it: docker network rm ${name}`],
        ...(at !== undefined && { at }),
      },
    ];
  });
}
