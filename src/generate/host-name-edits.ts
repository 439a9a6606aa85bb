import type { Edit } from '../compose/merge/edits.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';

/** The name by which containers of Docker Desktop, OrbStack and colima reach the machine itself. */
export const HOST_NAME = 'host.docker.internal';
/** The engine puts the machine's address in its place. */
const GATEWAY = 'host-gateway';
const LABEL = `${HOST_NAME}, as in Docker Desktop`;

/** Has a network of its own, in which names can be added. */
const OWN_NETWORK = /^(?!none$|service:|container:)/;

/**
 * Has the machine's name known where it is used, also by an engine on Linux, which does not know it by
 * itself: a stack that was written with Docker Desktop works there.
 * @param isNamedInFiles whether a service is given files that name it.
 */
export function hostNameEdits(
  document: PlainMapping,
  services: readonly string[],
  isNamedInFiles: (service: string) => boolean,
): readonly Edit[] {
  return services.flatMap((name): readonly Edit[] => {
    const service = mappingAt(mappingAt(document, 'services'), name);
    const { network_mode: mode = '', extra_hosts: hosts } = service;
    if (!OWN_NETWORK.test(String(mode)) || JSON.stringify(hosts ?? '').includes(HOST_NAME))
      return [];
    if (!JSON.stringify(service).includes(HOST_NAME) && !isNamedInFiles(name)) return [];
    const value = isMapping(hosts)
      ? { ...hosts, [HOST_NAME]: GATEWAY }
      : [...(Array.isArray(hosts) ? (hosts as unknown[]) : []), `${HOST_NAME}:${GATEWAY}`];
    return [{ kind: 'set', path: ['services', name, 'extra_hosts'], value, label: LABEL }];
  });
}
