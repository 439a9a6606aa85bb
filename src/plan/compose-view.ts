/** Reads what planning needs out of a merged Compose document (plain data). Pure. */
import { hasHealthcheck } from '../compose/health.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';

/** A list; empty where there is none. */
export function listAt(value: PlainMapping, key: string): readonly unknown[] {
  const found = value[key];
  return Array.isArray(found) ? found : [];
}

const textsAt = (value: PlainMapping, key: string): readonly string[] =>
  listAt(value, key).filter((one) => typeof one === 'string');

/** What of a service's another one's container can be part of. */
export type Shared = 'network' | 'processes' | 'memory' | 'volumes';

const NAMESPACES: readonly (readonly [string, Shared])[] = [
  ['network_mode', 'network'],
  ['pid', 'processes'],
  ['ipc', 'memory'],
];

/** Services whose network, processes, memory or volumes a service's container is part of. */
export function joinedServices(service: PlainMapping): ReadonlyMap<string, Shared> {
  const joined = new Map<string, Shared>();
  for (const from of textsAt(service, 'volumes_from')) {
    if (!from.startsWith('container:')) joined.set(from.split(':')[0] ?? '', 'volumes');
  }
  for (const [key, shared] of NAMESPACES) {
    const value = service[key];
    if (typeof value !== 'string' || !value.startsWith('service:')) continue;
    joined.set(value.slice('service:'.length), shared);
  }
  return joined;
}

/** Services with which a service is started again: its links, and `depends_on` with `restart`. */
export function restartedWith(service: PlainMapping): readonly string[] {
  const dependsOn = mappingAt(service, 'depends_on');
  return [
    ...linkedServices(service),
    ...Object.keys(dependsOn).filter((name) => mappingAt(dependsOn, name)['restart'] === true),
  ];
}

const linkedServices = (service: PlainMapping): readonly string[] =>
  textsAt(service, 'links').map((link) => link.split(':')[0] ?? link);

/** Names that a service depends on: as it says itself, and those that it shares something with. */
export function dependenciesOf(service: PlainMapping): readonly string[] {
  const { depends_on: dependsOn } = service;
  const said = isMapping(dependsOn) ? Object.keys(dependsOn) : textsAt(service, 'depends_on');
  return [...new Set([...said, ...joinedServices(service).keys(), ...linkedServices(service)])];
}

/** Services that one depends on and can do without: `required: false`, and nothing of theirs is shared. */
export function optionalOf(service: PlainMapping): readonly string[] {
  const dependsOn = mappingAt(service, 'depends_on');
  const shared = [...joinedServices(service).keys(), ...linkedServices(service)];
  return Object.keys(dependsOn).filter(
    (name) => mappingAt(dependsOn, name)['required'] === false && !shared.includes(name),
  );
}

/** The condition under which a service waits for another; undefined when it does not. */
export function conditionOf(service: PlainMapping, dependency: string): string | undefined {
  const entry = mappingAt(service, 'depends_on')[dependency];
  const condition = isMapping(entry) ? entry['condition'] : undefined;
  return typeof condition === 'string' ? condition : undefined;
}

/** Whether its restart policy brings a service back that ends with an error, and with success. */
export function restartsOf(service: PlainMapping): {
  readonly onFailure: boolean;
  readonly always: boolean;
} {
  const policy = mappingAt(mappingAt(service, 'deploy'), 'restart_policy');
  const { restart } = service;
  // As Compose has it: what `deploy` says wins, and without a word there it is always.
  const deployed = Object.keys(policy).length > 0 ? (policy['condition'] ?? 'any') : undefined;
  const word = deployed ?? restart;
  const said = typeof word === 'string' ? (word.split(':')[0] ?? '') : 'no';
  const always = ['any', 'always', 'unless-stopped', ''].includes(said);
  return { always, onFailure: always || said === 'on-failure' };
}

/**
 * Whether a service that ended with success is done, though nobody waits for it: nothing brings it
 * back, and nothing says that it is there to be asked.
 */
export function mayEnd(service: PlainMapping): boolean {
  const isAsked = hasHealthcheck(service) || ['ports', 'expose'].some((key) => key in service);
  return !isAsked && !restartsOf(service).always;
}

/** The named volumes that a service mounts, by their keys under `volumes:`. */
export function volumeKeysOf(service: PlainMapping): readonly string[] {
  return listAt(service, 'volumes').flatMap((volume) => {
    if (isMapping(volume)) {
      const { type, source } = volume;
      return type === 'volume' && typeof source === 'string' ? [source] : [];
    }
    const source = typeof volume === 'string' ? (volume.split(':')[0] ?? '') : '';
    const isNamed = /^[a-zA-Z0-9][\w.-]*$/.test(source) && String(volume).includes(':');
    return isNamed ? [source] : [];
  });
}

/** The engine's name of a volume of the document; undefined for external ones, which are not ours. */
export function engineVolumeName(
  document: PlainMapping,
  project: string,
  key: string,
): string | undefined {
  const volume = mappingAt(document, 'volumes')[key];
  if (isMapping(volume)) {
    if (volume['external'] === true) return undefined;
    if (typeof volume['name'] === 'string') return volume['name'];
  }
  return `${project}_${key}`;
}
