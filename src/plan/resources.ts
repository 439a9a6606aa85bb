/** What the engine must have besides containers: the networks and volumes of a document. Pure. */
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type { NetworkDetail, VolumeDetail } from '../ports/engine-resources.ts';
import { fingerprintOf } from './canonical.ts';
import { volumeKeysOf } from './compose-view.ts';

/** Label that carries the fingerprint of what a network was made of, where the definition says any. */
export const NETWORK_LABEL = 'dev.onestack.network-hash';

/** A network or a volume as the definition wants it. */
export interface DesiredResource {
  /** Its key in the document. */
  readonly key: string;
  /** As the engine calls it. */
  readonly name: string;
  /** Somebody else makes it, and nobody here changes it. */
  readonly external: boolean;
  readonly definition: PlainMapping;
  /** Services that use it, in dependency order. */
  readonly services: readonly string[];
}

function keysOfNetworks(service: PlainMapping): readonly string[] {
  if (service['network_mode'] !== undefined) return [];
  const { networks } = service;
  const names = isMapping(networks) ? Object.keys(networks) : networks;
  return Array.isArray(names) && names.length > 0 ? names.map(String) : ['default'];
}

function resources(
  document: PlainMapping,
  project: string,
  order: readonly string[],
  kind: 'networks' | 'volumes',
  keysOf: (service: PlainMapping) => readonly string[],
): readonly DesiredResource[] {
  const users = new Map<string, string[]>();
  for (const service of order) {
    for (const key of new Set(keysOf(mappingAt(mappingAt(document, 'services'), service)))) {
      users.set(key, [...(users.get(key) ?? []), service]);
    }
  }
  return [...users].map(([key, services]) => {
    const definition = mappingAt(mappingAt(document, kind), key);
    const { name, external } = definition;
    const isExternal = external === true;
    const own = isExternal ? key : `${project}_${key}`;
    return {
      key,
      name: typeof name === 'string' ? name : own,
      external: isExternal,
      definition,
      services,
    };
  });
}

/** The networks that services are in, in the order of their first use. */
export function desiredNetworks(
  document: PlainMapping,
  project: string,
  order: readonly string[],
): readonly DesiredResource[] {
  return resources(document, project, order, 'networks', keysOfNetworks);
}

/** The named volumes that services mount, in the order of their first use. */
export function desiredVolumes(
  document: PlainMapping,
  project: string,
  order: readonly string[],
): readonly DesiredResource[] {
  return resources(document, project, order, 'volumes', volumeKeysOf);
}

const textsOf = (value: unknown): Readonly<Record<string, string>> => {
  if (Array.isArray(value)) {
    return Object.fromEntries(
      value.map(String).map((entry) => {
        const [name = '', ...rest] = entry.split('=');
        return [name, rest.join('=')];
      }),
    );
  }
  const entries = Object.entries(isMapping(value) ? value : {});
  const isText = (one: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof one);
  // What is null has no value.
  return Object.fromEntries(entries.map(([name, one]) => [name, isText(one) ? String(one) : '']));
};

/** Labels that a person wrote: Compose's and the tool's own are about other things. */
function ownLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const isBookkeeping = /^(?:com\.docker\.compose|dev\.onestack)\./;
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !isBookkeeping.test(name)));
}

/** What differs between two mappings, under a name: `driver_opts.device`. */
function differing(
  path: string,
  wanted: Readonly<Record<string, string>>,
  actual: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(wanted), ...Object.keys(actual)]);
  return [...names]
    .filter((name) => wanted[name] !== actual[name])
    .sort()
    .map((name) => `${path}.${name}`);
}

/** What of a network's definition makes it what it is, but for its labels. */
const NETWORK_KEYS = ['driver', 'driver_opts', 'internal', 'attachable', 'enable_ipv6', 'ipam'];

function networkSubstance(definition: PlainMapping): PlainMapping {
  const isFalse = (value: unknown): boolean => value === false || value === undefined;
  return Object.fromEntries(
    NETWORK_KEYS.filter((key) => !isFalse(definition[key])).map((key) => [key, definition[key]]),
  );
}

/** The label that a network is to carry; undefined for one of which nothing is said. */
export function networkLabel(definition: PlainMapping): string | undefined {
  const substance = networkSubstance(definition);
  return Object.keys(substance).length === 0 ? undefined : fingerprintOf(substance);
}

function subnetsOf(definition: PlainMapping): readonly string[] {
  const { config } = mappingAt(definition, 'ipam');
  const pools: readonly unknown[] = Array.isArray(config) ? config : [];
  return pools.flatMap((pool) => {
    const subnet = isMapping(pool) ? pool['subnet'] : undefined;
    return typeof subnet === 'string' ? [subnet] : [];
  });
}

/** Drivers that an engine takes by itself. */
const DEFAULT_DRIVERS = ['bridge', 'nat', 'overlay'];

/**
 * What of a network is not as its definition wants it, by the definition's keys; empty when all is.
 * What the engine chose by itself (a subnet, a driver) counts only where the definition says so, or
 * where the network was made of another definition.
 */
export function networkDifferences(
  definition: PlainMapping,
  actual: NetworkDetail,
): readonly string[] {
  const labels = differing(
    'labels',
    ownLabels(textsOf(definition['labels'])),
    ownLabels(actual.labels),
  );
  const label = networkLabel(definition);
  const carried = actual.labels[NETWORK_LABEL];
  if (carried !== undefined && carried === label) return labels;
  const { driver } = definition;
  const wantedDriver = typeof driver === 'string' ? [driver] : DEFAULT_DRIVERS;
  const flags = (
    [
      ['internal', actual.internal],
      ['attachable', actual.attachable],
      ['enable_ipv6', actual.ipv6],
    ] as const
  ).flatMap(([key, is]) => ((definition[key] === true) === is ? [] : [key]));
  const wantedOptions = textsOf(definition['driver_opts']);
  const isMadeByUs = carried !== undefined;
  const options = differing('driver_opts', wantedOptions, actual.options).filter(
    // An engine may add options of its own.
    (path) => isMadeByUs || path.slice('driver_opts.'.length) in wantedOptions,
  );
  const wantedSubnets = subnetsOf(definition);
  const isOther = wantedSubnets.some((subnet) => !actual.subnets.includes(subnet));
  const found = [
    ...(wantedDriver.includes(actual.driver) ? [] : ['driver']),
    ...flags,
    ...options,
    ...(isOther ? ['ipam'] : []),
    ...labels,
  ];
  if (found.length === 0 && isMadeByUs) return ['ipam'];
  return found;
}

/** What of a volume is not as its definition wants it: `driver_opts.device`; empty when all is. */
export function volumeDifferences(
  definition: PlainMapping,
  actual: VolumeDetail,
): readonly string[] {
  const { driver } = definition;
  const wantedDriver = typeof driver === 'string' && driver !== '' ? driver : 'local';
  return [
    ...(wantedDriver === actual.driver ? [] : ['driver']),
    ...differing('driver_opts', textsOf(definition['driver_opts']), actual.options),
    ...differing('labels', ownLabels(textsOf(definition['labels'])), ownLabels(actual.labels)),
  ];
}
