import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { volumeKeysOf } from './compose-view.ts';

/**
 * Modules that share a volume with a service, by the service: whose the volume is, a module's container says as it is
 * made, and nobody else may have written to it by then.
 */
export function volumeOwners(
  document: PlainMapping,
  modules: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const services = Object.entries(mappingAt(document, 'services'));
  const volumes = services.map(
    ([name, service]) => [name, isMapping(service) ? volumeKeysOf(service) : []] as const,
  );
  return new Map(
    volumes.flatMap(([name, own]) => {
      const owners = volumes.filter(
        ([other, theirs]) =>
          other !== name && modules.has(other) && theirs.some((one) => own.includes(one)),
      );
      return owners.length === 0 ? [] : [[name, owners.map(([other]) => other)]];
    }),
  );
}
