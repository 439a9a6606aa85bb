import { hasHealthcheck } from '../compose/health.ts';
import type { Edit } from '../compose/merge/edits.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { parseDuration } from '../util/duration.ts';

const EARLY = 'asked early while it starts';
const START_INTERVAL = '1s';
const START_INTERVAL_MS = 1_000;
const DEFAULT_INTERVAL = '30s';

/** The image's check as Compose would write it; undefined: it has none, or nobody knows. */
export type ImageHealth = (service: string) => PlainMapping | undefined;

/**
 * Health checks that nobody told how to behave at the start are asked every second until the first
 * regular one would be: a database with `interval: 30s` is then known to be ready after one second,
 * not after thirty. Failures before that do not count, as there would be none. A check of the image
 * stays the image's: Compose's words are laid over it one by one.
 */
export function earlyHealthEdits(
  document: PlainMapping,
  services: readonly string[],
  imageHealth: ImageHealth = () => undefined,
): readonly Edit[] {
  return services.flatMap((name): readonly Edit[] => {
    const service = mappingAt(mappingAt(document, 'services'), name);
    const written = mappingAt(service, 'healthcheck');
    const ofImage = saysOtherwise(written) ? undefined : imageHealth(name);
    if (!hasHealthcheck(service) && ofImage === undefined) return [];
    // To the engine, no time at all is none that was said.
    const said = { ...ofImage, ...withoutZeros(written) };
    const { interval = DEFAULT_INTERVAL, start_interval: own, start_period: period } = said;
    const everyMs = parseDuration(String(interval)) ?? Infinity;
    if (own !== undefined || everyMs <= START_INTERVAL_MS) return [];
    const path = ['services', name, 'healthcheck'];
    const set = (key: string, value: unknown): Edit => ({
      kind: 'set',
      path: [...path, key],
      value,
      label: EARLY,
    });
    return [
      set('start_interval', START_INTERVAL),
      ...(period === undefined ? [set('start_period', interval)] : []),
    ];
  });
}

/** A test of its own, or none at all: the image's does not count then. */
const saysOtherwise = ({ test, disable }: PlainMapping): boolean =>
  test !== undefined || disable === true;

const withoutZeros = (health: PlainMapping): PlainMapping =>
  Object.fromEntries(
    Object.entries(health).filter(([, value]) => parseDuration(String(value)) !== 0),
  );

const SCOPED = 'container_name of another clone';

/** The fixed names of containers, by service. */
export function containerNames(
  document: PlainMapping,
  services: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    services.flatMap((name): [string, string][] => {
      const { container_name: fixed } = mappingAt(mappingAt(document, 'services'), name);
      return typeof fixed === 'string' ? [[name, fixed]] : [];
    }),
  );
}

export function scopedName(name: string, instance: string): string {
  return `${name}-${instance}`;
}

/**
 * Gives containers whose fixed name somebody else has one of their own. Within the project they
 * answer to the fixed name all the same.
 * @param taken names that other projects' containers have.
 */
export function containerNameEdits(
  document: PlainMapping,
  services: readonly string[],
  instance: string,
  taken: ReadonlySet<string>,
): readonly Edit[] {
  return [...containerNames(document, services)].flatMap(([service, name]): readonly Edit[] => {
    if (!taken.has(name)) return [];
    const path = ['services', service];
    const definition = mappingAt(mappingAt(document, 'services'), service);
    const value = scopedName(name, instance);
    const own: Edit = { kind: 'set', path: [...path, 'container_name'], value, label: SCOPED };
    return [own, ...aliasEdits(definition, path, name)];
  });
}

function aliasEdits(
  service: PlainMapping,
  path: readonly string[],
  alias: string,
): readonly Edit[] {
  const { networks, network_mode: mode } = service;
  if (mode !== undefined) return [];
  const names = isMapping(networks)
    ? Object.keys(networks)
    : Array.isArray(networks)
      ? networks.map(String)
      : ['default'];
  const value = Object.fromEntries(
    names.map((name) => {
      const network = mappingAt(networks, name);
      const { aliases } = network;
      const before: readonly unknown[] = Array.isArray(aliases) ? aliases : [];
      return [name, { ...network, aliases: [...before, alias] }];
    }),
  );
  return [{ kind: 'set', path: [...path, 'networks'], value, label: SCOPED }];
}
