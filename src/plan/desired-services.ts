import { replicasOf } from '../compose/replicas.ts';
import { serviceReference } from '../images/service-reference.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { canonical, fingerprintOf } from './canonical.ts';
import {
  conditionOf,
  dependenciesOf,
  engineVolumeName,
  joinedServices,
  mayEnd,
  restartedWith,
  volumeKeysOf,
} from './compose-view.ts';
import type { DesiredService } from './desired.ts';
import { foldersLetThrough } from './let-through.ts';

/**
 * A service without what makes no container another one: how many it has, and how its image comes to
 * be there, which the image itself tells.
 */
function ofContainer(service: PlainMapping): PlainMapping {
  const deploy = without(mappingAt(service, 'deploy'), 'replicas');
  const rest = without(service, 'scale', 'deploy', 'build', 'pull_policy', 'develop');
  return Object.keys(deploy).length === 0 ? rest : { ...rest, deploy };
}

const without = (mapping: PlainMapping, ...keys: readonly string[]): PlainMapping =>
  Object.fromEntries(Object.entries(mapping).filter(([name]) => !keys.includes(name)));

/**
 * The hash that a service's container carries: of the service and of the networks, volumes, secrets
 * and configs that it uses (their definitions, not their contents).
 */
export function serviceHash(document: PlainMapping, service: PlainMapping): string {
  const used = KINDS.map((kind) => usedOf(document, service, kind));
  return fingerprintOf([ofContainer(service), used]);
}

const KINDS = ['networks', 'volumes', 'secrets', 'configs'] as const;

function usedOf(document: PlainMapping, service: PlainMapping, kind: string) {
  const text = canonical(service[kind]);
  const own = Object.entries(mappingAt(document, kind));
  return own.filter(([name]) => text.includes(JSON.stringify(name)));
}

/**
 * The paths of what a service uses whose definition makes its container another one. Not of networks:
 * what becomes of those is told by itself.
 */
export function usedResources(
  document: PlainMapping,
  service: string,
): readonly (readonly [string, string])[] {
  const definition = mappingAt(mappingAt(document, 'services'), service);
  return KINDS.filter((kind) => kind !== 'networks').flatMap((kind) =>
    usedOf(document, definition, kind).map(([name]) => [kind, name] as const),
  );
}

/**
 * The services of a merged document, as planning compares them.
 * @param order service names in dependency order.
 * @param files fingerprints of the files that each service mounts.
 */
export function desiredServices(
  document: PlainMapping,
  project: string,
  order: readonly string[],
  files: ReadonlyMap<string, string>,
): readonly DesiredService[] {
  const services = mappingAt(document, 'services');
  const awaitedToEnd = new Set(
    Object.values(services).flatMap((service) =>
      isMapping(service)
        ? dependenciesOf(service).filter(
            (name) => conditionOf(service, name) === 'service_completed_successfully',
          )
        : [],
    ),
  );
  const neededAlive = new Set(
    Object.values(services).flatMap((service) =>
      isMapping(service)
        ? dependenciesOf(service).filter(
            (name) => conditionOf(service, name) !== 'service_completed_successfully',
          )
        : [],
    ),
  );
  return order.map((name) => {
    const service = mappingAt(services, name);
    return {
      name,
      hash: serviceHash(document, service),
      files: files.get(name) ?? '',
      image: serviceReference(service, name, project),
      replicas: replicasOf(service),
      oneShot: awaitedToEnd.has(name),
      mayEnd: mayEnd(service) && !neededAlive.has(name),
      dependsOn: dependenciesOf(service),
      joins: joinedServices(service),
      restartsWith: restartedWith(service),
      dataVolumes: volumeKeysOf(service).flatMap(
        (key) => engineVolumeName(document, project, key) ?? [],
      ),
      letThrough: foldersLetThrough(service),
      changes: [],
    };
  });
}
