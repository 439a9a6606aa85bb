import { dependencyOrder } from '../util/graph.ts';
import type { GraphRequest } from './graph-request.ts';
import type { Operation } from './operation.ts';
import {
  imageId,
  networkId,
  operationId,
  PIPELINE_ID,
  serviceImageId,
  volumeId,
} from './step-ids.ts';

export const MAKES = new Set<Operation['kind']>(['create', 'recreate', 'scale']);

/** The steps that a module's container needs: its image, and all that it mounts. */
export function mounted(
  module: string,
  { modules, installs, volumes }: GraphRequest,
): readonly string[] {
  const links = modules.get(module);
  if (links === undefined) return [];
  const owners = installs.filter(({ sharedBy }) =>
    sharedBy.some((name) => links.modules.includes(name)),
  );
  return [
    imageId(links.image),
    ...volumes.map(({ name }) => volumeId(name)),
    ...owners.map((install) => `install:${install.module}`),
  ];
}

export const closure = (module: string, { modules }: GraphRequest): readonly string[] =>
  modules.get(module)?.modules ?? [module];

/** The service and all that it depends on, however far. */
export function closureOf(service: string, { links }: GraphRequest): readonly string[] {
  return [
    ...dependencyOrder([service], (name) => links.get(name)?.dependsOn.keys() ?? []),
  ].reverse();
}

/** What a service's container is made of, and made after. Where it cannot be had, all that depends on it stays. */
export function ground(service: string, request: GraphRequest): readonly string[] {
  const image = request.images.get(service);
  const own = request.serviceImages.filter(({ services }) => services.includes(service));
  return [
    `reset-data:${service}`,
    ...(image === undefined ? [] : [imageId(image)]),
    ...(request.pipeline?.modules.includes(service) === true ? [PIPELINE_ID] : []),
    ...own.map(({ reference }) => serviceImageId(reference)),
    ...mounted(service, request),
  ];
}

/** The steps that make anew, or another number of, what a service depends on. */
export function remade(service: string, request: GraphRequest): readonly string[] {
  const others = new Set(closureOf(service, request));
  return stepsOf(
    request,
    ({ kind, service: other }) => kind !== 'create' && MAKES.has(kind) && others.has(other),
  );
}

export function groundOfAll(service: string, request: GraphRequest): readonly string[] {
  return closureOf(service, request).flatMap((name) => ground(name, request));
}

/** The steps that make anew a network of the service, or of what it depends on. */
export function networksOf(service: string, request: GraphRequest): readonly string[] {
  const names = closureOf(service, request);
  return request.networks
    .filter(({ services }) => services.some((one) => names.includes(one)))
    .map(({ key }) => networkId(key));
}

export function ownCompiles(service: string, request: GraphRequest): readonly string[] {
  if (!request.modules.has(service)) return [];
  return closure(service, request).map((name) => `compile:${name}`);
}

export function compilesFor(service: string, request: GraphRequest): readonly string[] {
  return closureOf(service, request).flatMap((name) => ownCompiles(name, request));
}

export function stepsOf(
  { operations }: GraphRequest,
  which: (operation: Operation) => boolean,
): readonly string[] {
  return operations.flatMap(({ operation }) => (which(operation) ? [operationId(operation)] : []));
}
