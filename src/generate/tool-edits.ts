import type { Edit } from '../compose/merge/edits.ts';
import { withoutOwnVersion } from '../model/image-version.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';

const IMAGE_PREFIX = 'onestack/';
const SWITCHED_OFF = 'switched off in dev.settings.yaml';

/** What is left of `depends_on` without some services; the form (list or mapping) stays. */
function withoutDependencies(dependsOn: unknown, gone: ReadonlySet<string>): unknown {
  if (Array.isArray(dependsOn)) return dependsOn.filter((name) => !gone.has(String(name)));
  if (!isMapping(dependsOn)) return dependsOn;
  return Object.fromEntries(Object.entries(dependsOn).filter(([name]) => !gone.has(name)));
}

/** Takes services out that the settings switch off, and what waits for them. */
export function switchOffEdits(document: PlainMapping, gone: ReadonlySet<string>): readonly Edit[] {
  const services = Object.entries(mappingAt(document, 'services'));
  return services.flatMap(([name, service]): readonly Edit[] => {
    const path = ['services', name];
    if (gone.has(name)) return [{ kind: 'remove', path, label: SWITCHED_OFF }];
    const dependsOn = isMapping(service) ? service['depends_on'] : undefined;
    const names = Array.isArray(dependsOn) ? dependsOn.map(String) : Object.keys(dependsOn ?? {});
    if (!names.some((dependency) => gone.has(dependency))) return [];
    const value = withoutDependencies(dependsOn, gone);
    return [{ kind: 'set', path: [...path, 'depends_on'], value, label: SWITCHED_OFF }];
  });
}

/** Name of the base image that a service runs: `image: onestack/node` without a tag. */
export function baseImageOf(service: unknown): string | undefined {
  const image = isMapping(service) ? service['image'] : undefined;
  if (typeof image !== 'string' || !image.startsWith(IMAGE_PREFIX)) return undefined;
  const name = image.slice(IMAGE_PREFIX.length);
  return name.includes(':') || name.includes('/') ? undefined : withoutOwnVersion(name);
}

/** Puts the exact version in place of every base image's name, and forbids to pull it. */
export function imageEdits(
  document: PlainMapping,
  references: ReadonlyMap<string, string>,
): readonly Edit[] {
  return Object.entries(mappingAt(document, 'services')).flatMap(([name, service]) => {
    const value = references.get(baseImageOf(service) ?? '');
    if (value === undefined) return [];
    const label = 'image fingerprint';
    return [{ kind: 'set' as const, path: ['services', name, 'image'], value, label }];
  });
}

/** From this version of the engine's API on (engine 25) health checks know `start_interval`. */
const START_INTERVAL_API = [1, 44] as const;

/** Takes out what an older engine refuses; such services are only asked less often at their start. */
export function engineEdits(document: PlainMapping, apiVersion: string): readonly Edit[] {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  const [sinceMajor, sinceMinor] = START_INTERVAL_API;
  if (major > sinceMajor || (major === sinceMajor && minor >= sinceMinor)) return [];
  return Object.entries(mappingAt(document, 'services')).flatMap(([name, service]) => {
    if (mappingAt(service, 'healthcheck')['start_interval'] === undefined) return [];
    const path = ['services', name, 'healthcheck', 'start_interval'];
    return [{ kind: 'remove' as const, path, label: 'the engine is older than 25' }];
  });
}

const REFRESHED = /^(?:daily|weekly|every_.+)$/;

/**
 * Takes out, of what Compose is given, words that older versions of it refuse and that `dev` acts upon
 * itself: when an image is got again, and files that are synced.
 */
export function olderComposeEdits(document: PlainMapping): readonly Edit[] {
  const label = 'done by dev itself';
  return Object.entries(mappingAt(document, 'services')).flatMap(([name, service]) => {
    const own = isMapping(service) ? service : {};
    const { watch } = mappingAt(own, 'develop');
    const isNewer = (rule: unknown): boolean =>
      isMapping(rule) && (rule['include'] !== undefined || rule['initial_sync'] !== undefined);
    const keys = [
      ...(REFRESHED.test(String(own['pull_policy'])) ? ['pull_policy'] : []),
      ...(Array.isArray(watch) && watch.some(isNewer) ? ['develop'] : []),
    ];
    return keys.map((key) => ({ kind: 'remove' as const, path: ['services', name, key], label }));
  });
}

/**
 * Compose writes a mount whose folder may be made as one text, `SOURCE:TARGET:MODE`, which cannot hold a
 * colon. Missing folders are made before it is asked: then it may say the mount in full.
 */
export function colonMountEdits(document: PlainMapping): readonly Edit[] {
  const services = mappingAt(document, 'services');
  return Object.keys(services).flatMap((name) => {
    const { volumes } = mappingAt(services, name);
    if (!Array.isArray(volumes)) return [];
    return volumes.flatMap((volume: unknown, index): readonly Edit[] => {
      if (!isMapping(volume) || volume['type'] !== 'bind') return [];
      if (!String(volume['source']).includes(':')) return [];
      const path = ['services', name, 'volumes', String(index), 'bind', 'create_host_path'];
      return [{ kind: 'set', path, value: false, label: 'a colon in its path' }];
    });
  });
}

/** Labels that containers are known by later. */
export function labelEdits(
  labels: ReadonlyMap<string, Readonly<Record<string, string>>>,
): readonly Edit[] {
  return [...labels].flatMap(([service, own]) =>
    Object.entries(own).map(([label, value]) => ({
      kind: 'set' as const,
      path: ['services', service, 'labels', label],
      value,
      label: 'bookkeeping',
    })),
  );
}
