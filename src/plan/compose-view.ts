/** Reads what planning needs out of a merged Compose document (plain data). Pure. */
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';

function listAt(value: PlainMapping, key: string): readonly unknown[] {
  const found = value[key];
  return Array.isArray(found) ? found : [];
}

/** Names that a service depends on, short and long form. */
export function dependenciesOf(service: PlainMapping): readonly string[] {
  const { depends_on: dependsOn } = service;
  if (Array.isArray(dependsOn)) return dependsOn.filter((name) => typeof name === 'string');
  return isMapping(dependsOn) ? Object.keys(dependsOn) : [];
}

/** The condition under which a service waits for another; undefined when it does not. */
export function conditionOf(service: PlainMapping, dependency: string): string | undefined {
  const entry = mappingAt(service, 'depends_on')[dependency];
  const condition = isMapping(entry) ? entry['condition'] : undefined;
  return typeof condition === 'string' ? condition : undefined;
}

export function hasHealthcheck(service: PlainMapping): boolean {
  const healthcheck = mappingAt(service, 'healthcheck');
  if (healthcheck['disable'] === true) return false;
  const { test } = healthcheck;
  return test !== undefined && !(Array.isArray(test) && test[0] === 'NONE');
}

export function restartsByItself(service: PlainMapping): boolean {
  const { restart } = service;
  return typeof restart === 'string' && restart !== 'no';
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
