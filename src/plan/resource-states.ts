import type { PlainMapping } from '../model/plain.ts';
import type { NetworkDetail } from '../ports/engine-resources.ts';
import type { NetworkState } from './network-needs.ts';
import { desiredNetworks } from './resources.ts';
import { ownerOf } from '../ports/compose-labels.ts';

/** Pairs the networks of a document with those of the engine. Pure. */
export function networkStates(
  document: PlainMapping,
  project: string,
  order: readonly string[],
  networks: readonly NetworkDetail[],
): readonly NetworkState[] {
  return desiredNetworks(document, project, order).map((wanted) => {
    const named = networks.filter(({ name }) => name === wanted.name);
    const own = named.find(({ labels }) => ownerOf(labels) === project);
    const actual = own ?? named[0];
    return { wanted, actual, isOurs: actual !== undefined && actual === own };
  });
}
