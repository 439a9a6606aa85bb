import type { Edit } from '../compose/merge/edits.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { containerNames } from './compose-edits.ts';

const LABEL = 'a container of this project';
const NAMED = /^container:([^:]+)(:.*)?$/;
const NAMESPACES = ['network_mode', 'pid', 'ipc'];

/** The services that containers of the project are of, by the names that those get. */
function serviceByContainer(document: PlainMapping, instance: string): ReadonlyMap<string, string> {
  const services = Object.keys(mappingAt(document, 'services'));
  const fixed = containerNames(document, services);
  return new Map(services.map((name) => [fixed.get(name) ?? `${instance}-${name}-1`, name]));
}

/**
 * What a service shares with a container of the same project that it names itself
 * (`network_mode: container:vpn`, where `vpn` is a `container_name`) is shared with that one's service.
 * To Compose it is any container: one that is not waited for, that may be another clone's of the same
 * name, and after whose recreation this one holds on to what is gone. Pure.
 */
export function ownContainerEdits(document: PlainMapping, instance: string): readonly Edit[] {
  const owners = serviceByContainer(document, instance);
  return Object.entries(mappingAt(document, 'services')).flatMap(([name, service]): Edit[] => {
    if (!isMapping(service)) return [];
    const ownerOf = (value: unknown): readonly [service: string, rest: string] | undefined => {
      const [, container = '', rest = ''] = NAMED.exec(String(value)) ?? [];
      const owner = owners.get(container);
      return owner === undefined || owner === name ? undefined : [owner, rest];
    };
    const path = ['services', name];
    const spaces = NAMESPACES.flatMap((key): Edit[] => {
      const [owner] = ownerOf(service[key]) ?? [];
      if (owner === undefined) return [];
      return [{ kind: 'set', path: [...path, key], value: `service:${owner}`, label: LABEL }];
    });
    const { volumes_from: from } = service;
    const volumes = (Array.isArray(from) ? (from as unknown[]) : []).flatMap(
      (value, index): Edit[] => {
        const [owner, rest = ''] = ownerOf(value) ?? [];
        if (owner === undefined) return [];
        const at = [...path, 'volumes_from', String(index)];
        return [{ kind: 'set', path: at, value: `${owner}${rest}`, label: LABEL }];
      },
    );
    return [...spaces, ...volumes];
  });
}
