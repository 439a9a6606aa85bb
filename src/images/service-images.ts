import { mappingAt, type PlainMapping } from '../model/plain.ts';
import type { ImageSummary } from '../ports/engine-resources.ts';
import { pullPolicy } from './pull-policy.ts';
import { contextImages } from './service-dockerfile.ts';
import { buildOf, findImage, serviceReference } from './service-reference.ts';

/** How an image that services run comes to be there. */
export interface ServiceImage {
  /** `pull-or-build`: built where its registry has it not, as Compose does it. */
  readonly kind: 'pull' | 'build' | 'pull-or-build';
  /** As the engine knows it: what the services' `image:` says, or PROJECT-SERVICE. */
  readonly reference: string;
  /** The service that says how; the first of those that run it. */
  readonly service: string;
  /** All services that run it. */
  readonly services: readonly string[];
  /** `no image yet`, `server.js changed`, `pull_policy: always`. */
  readonly cause: string;
  readonly platform: string | undefined;
  /** The engine has one for its platform, which goes on being used where this one cannot be had. */
  readonly present: boolean;
  /** Other images of the same plan that it is built from. */
  readonly after: readonly string[];
}

export interface ServiceImagesRequest {
  readonly document: PlainMapping;
  readonly project: string;
  /** Services in dependency order; those that run. */
  readonly services: readonly string[];
  /** Every image that the engine has. */
  readonly images: readonly ImageSummary[];
  /** Services whose containers stay as they are → id of the image that they run. */
  readonly running: ReadonlyMap<string, string>;
  /** References that are made otherwise: the hierarchy's. */
  readonly own: ReadonlySet<string>;
  /** Platform of each image that a service asks a platform of: `linux/arm64`. */
  readonly platforms: ReadonlyMap<string, string>;
  /** Reference → when it was last got or built, epoch milliseconds. */
  readonly taggedAtMs: ReadonlyMap<string, number>;
  /** By the clock that those go by. */
  readonly nowMs: number;
  /** Why a service's image has to be built though it is there: `server.js changed`. */
  readonly stale: ReadonlyMap<string, string>;
  /** Images that a service's Dockerfile begins with, by service. */
  readonly bases: ReadonlyMap<string, readonly string[]>;
}

export interface ServiceImagesPlan {
  readonly images: readonly ServiceImage[];
  /** Services whose image is not there and must not be got: `pull_policy: never`. */
  readonly forbidden: readonly { readonly service: string; readonly reference: string }[];
}

interface Wanted {
  readonly reference: string;
  readonly service: string;
  readonly services: string[];
  readonly definition: PlainMapping;
}

/** Each image once; a service that builds it speaks for all that run it. */
function wantedImages(request: ServiceImagesRequest): readonly Wanted[] {
  const found = new Map<string, Wanted>();
  for (const service of request.services) {
    const definition = mappingAt(mappingAt(request.document, 'services'), service);
    const reference = serviceReference(definition, service, request.project);
    if (reference === '' || request.own.has(reference)) continue;
    const before = found.get(reference);
    const services = [...(before?.services ?? []), service];
    const speaks =
      before === undefined ||
      (buildOf(before.definition) === undefined && buildOf(definition) !== undefined);
    found.set(
      reference,
      speaks ? { reference, service, services, definition } : { ...before, services },
    );
  }
  return [...found.values()];
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  'arm64/v8': 'arm64',
};

/** `linux/x86_64` and `linux/amd64` are the same. */
function samePlatform(wanted: string, is: string): boolean {
  const plain = (text: string): string => {
    const [os = '', ...rest] = text.toLowerCase().split('/');
    const architecture = rest.join('/');
    return `${os}/${ARCHITECTURES[architecture] ?? architecture}`;
  };
  return plain(wanted) === plain(is) || plain(is).startsWith(`${plain(wanted)}/`);
}

type Kind = ServiceImage['kind'];
type Need = { readonly kind: Kind; readonly cause: string } | 'forbidden' | undefined;

/** The image that is there. A container that stays needs no name for what it runs. */
function presentImage(
  { reference, services }: Wanted,
  { images, running }: ServiceImagesRequest,
): ImageSummary | undefined {
  const found = findImage(images, reference);
  if (found !== undefined || !services.every((name) => running.has(name))) return found;
  return images.find(({ id }) => services.every((name) => running.get(name) === id));
}

/** That the image that is there is for another platform than its service wants. */
function otherPlatform(
  { definition: { platform }, reference }: Wanted,
  { platforms }: ServiceImagesRequest,
): string | undefined {
  const is = platforms.get(reference);
  return typeof platform === 'string' && is !== undefined && !samePlatform(platform, is)
    ? `it is for ${is}, not ${platform}`
    : undefined;
}

/** Why an image is brought that the engine has under no platform. */
export const NO_IMAGE = 'no image yet';

function needOf(wanted: Wanted, request: ServiceImagesRequest): Need {
  const { definition, reference, service } = wanted;
  const policy = pullPolicy(definition['pull_policy']);
  const image = presentImage(wanted, request);
  const missing = image === undefined ? NO_IMAGE : otherPlatform(wanted, request);
  const stale = request.stale.get(service);
  if (buildOf(definition) !== undefined) {
    if (policy.kind === 'always') return { kind: 'pull-or-build', cause: 'pull_policy: always' };
    if (policy.kind === 'build') return { kind: 'build', cause: 'pull_policy: build' };
    // Asked for by name alone: what is built of the repository's own files has to be of these.
    const kind: Kind = policy.kind === 'missing' ? 'pull-or-build' : 'build';
    if (missing !== undefined) return { kind, cause: missing };
    return stale === undefined ? undefined : { kind: 'build', cause: stale };
  }
  if (policy.kind === 'never') return missing === undefined ? undefined : 'forbidden';
  if (missing !== undefined) return { kind: 'pull', cause: missing };
  if (policy.kind === 'always') return { kind: 'pull', cause: 'pull_policy: always' };
  if (policy.kind !== 'refresh') return undefined;
  const ageMs = request.nowMs - (request.taggedAtMs.get(reference) ?? 0);
  return ageMs < policy.afterMs
    ? undefined
    : { kind: 'pull', cause: `pull_policy: ${String(definition['pull_policy'])}` };
}

/**
 * Every image that services run and the engine lacks, has outdated, or shall get anew: how it comes,
 * and why. Pure.
 */
export function planServiceImages(request: ServiceImagesRequest): ServiceImagesPlan {
  const images: ServiceImage[] = [];
  const forbidden: { service: string; reference: string }[] = [];
  for (const wanted of wantedImages(request)) {
    const { definition, reference, service, services } = wanted;
    const need = needOf(wanted, request);
    if (need === 'forbidden')
      forbidden.push(...services.map((name) => ({ service: name, reference })));
    if (need === undefined || need === 'forbidden') continue;
    const { platform } = definition;
    images.push({
      ...need,
      ...{ reference, service, services },
      platform: typeof platform === 'string' ? platform : undefined,
      present:
        presentImage(wanted, request) !== undefined && otherPlatform(wanted, request) === undefined,
      after: [],
    });
  }
  return { images: inOrder(images, request), forbidden };
}

/** Images that others are built from come first, whatever the order of their services. */
function inOrder(
  images: readonly ServiceImage[],
  request: ServiceImagesRequest,
): readonly ServiceImage[] {
  const byReference = new Map(images.map((image) => [image.reference, image]));
  const entered = new Set<ServiceImage>();
  const ordered: ServiceImage[] = [];
  const visit = (image: ServiceImage): void => {
    if (entered.has(image)) return;
    entered.add(image);
    const before = basesOf(image, request).flatMap((base) => byReference.get(base) ?? []);
    const others = before.filter((other) => other !== image);
    others.forEach(visit);
    ordered.push({ ...image, after: others.map(({ reference }) => reference) });
  };
  images.forEach(visit);
  return ordered;
}

/** Images of the project that a build begins with: by its Dockerfile, or `service:NAME`. */
function basesOf(
  { kind, service }: ServiceImage,
  { document, project, bases }: ServiceImagesRequest,
): readonly string[] {
  if (kind === 'pull') return [];
  const services = mappingAt(document, 'services');
  const named = contextImages(buildOf(mappingAt(services, service)) ?? {}, (name) =>
    serviceReference(mappingAt(services, name), name, project),
  );
  return [...named, ...(bases.get(service) ?? [])];
}
