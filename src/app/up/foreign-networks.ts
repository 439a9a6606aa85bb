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
  return desiredNetworks(document, opened.instance, madeBy(plan)).flatMap((wanted): Failure[] => {
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

/**
 * Networks of others that are not there: while one is missing, Compose makes no container of the project,
 * whatever network that is in.
 */
export function refuseMissingNetworks(
  { document, merged, opened }: Pick<Prepared, 'document' | 'merged' | 'opened'>,
  plan: Pick<ServicePlan, 'operations'>,
  { networks, missingEngine }: Pick<Observed, 'networks' | 'missingEngine'>,
): readonly Failure[] {
  // Of an engine that is still to come nobody knows what it has.
  if (missingEngine !== undefined) return [];
  return desiredNetworks(document, opened.instance, madeBy(plan)).flatMap((wanted): Failure[] => {
    const { key, name, external, services } = wanted;
    if (!external || networks.some((network) => network.name === name)) return [];
    const at = placeInDocument(merged.root, ['networks', key]);
    return [
      {
        reason: 'definition',
        what: `the network ${name} is not there`,
        why: `${services.join(', ')} is to be in it, and external: true leaves it to others to make it`,
        cure: `docker network create ${name}, or bring up the project that makes it`,
        ...(at !== undefined && { at }),
      },
    ];
  });
}

/** The services of which containers are made. */
const madeBy = ({ operations }: Pick<ServicePlan, 'operations'>): readonly string[] =>
  operations.flatMap(({ operation: { kind, service } }) =>
    kind === 'start' || kind === 'remove' ? [] : [service],
  );
