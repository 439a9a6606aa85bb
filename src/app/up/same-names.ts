import { shownPlace, sourcePlace } from '../../compose/source.ts';
import { nodeAt } from '../../compose/tree.ts';
import type { Failure } from '../../events/failure.ts';
import { mappingAt } from '../../model/plain.ts';
import type { Definition } from '../project/definition.ts';

/** Services that want one `container_name`: the engine would refuse the second when the first is made. */
export function refuseSameNames({
  environment,
}: Pick<Definition, 'environment'>): readonly Failure[] {
  const { document, merged, order } = environment;
  const placeOf = (service: string) => nodeAt(merged.root, ['services', service, 'container_name']);
  const first = new Map<string, string>();
  return order.flatMap((service): readonly Failure[] => {
    const name = mappingAt(mappingAt(document, 'services'), service)['container_name'];
    if (typeof name !== 'string') return [];
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, service);
      return [];
    }
    const [at, otherAt] = [placeOf(service)?.at, placeOf(other)?.at];
    const place = at && sourcePlace(at);
    return [
      {
        reason: 'definition',
        what: `${service} and ${other} have the same container_name: ${name}`,
        ...(otherAt !== undefined && { why: `that of ${other} is in ${shownPlace(otherAt)}` }),
        cure: 'Give one of them another container_name, or none',
        ...(place !== undefined && { at: place }),
        about: { service },
      },
    ];
  });
}
