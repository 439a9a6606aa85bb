import { CACHE_NAMESPACE } from '../../images/cache-mounts.ts';
import { cacheNamespaces } from '../../generate/cache-namespace.ts';
import { contentVariables } from '../../generate/content-variables.ts';
import { bringServiceImages, type MissingImages } from '../../engine/bring-service-images.ts';
import { engineTime } from '../../engine/engine-time.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress, Report } from '../../events/progress.ts';
import { suiteOf } from '../../host/root-image.ts';
import { baseImageName } from '../../images/reference.ts';
import {
  planServiceImages,
  type ServiceImage,
  type ServiceImagesPlan,
  type ServiceImagesRequest,
} from '../../images/service-images.ts';
import { buildOf, findImage, serviceReference } from '../../images/service-reference.ts';
import { mappingAt, type PlainMapping } from '../../model/plain.ts';
import { withDependencies } from '../../plan/plan.ts';
import type { ImageDetail, ImageSummary } from '../../ports/engine-resources.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Definition } from '../project/definition.ts';
import { ensureRootImage } from '../machine/ensure-root-image.ts';
import type { Observed } from './observe.ts';
import { readBuildInputs, type BuildInputs } from './build-inputs.ts';
import { rememberBuilt, stalenessOf } from './built-before.ts';
import { warnOfBuilds } from './build-warnings.ts';
import { planServices, type UpRequest } from './plan-services.ts';
import { prepareBuild } from './prepare-build.ts';
import type { Prepared } from './prepare.ts';

/** What services' images need, and what they are built upon. */
export interface NeededImages extends ServiceImagesPlan {
  /** By service, of all that are built. */
  readonly inputs: ReadonlyMap<string, BuildInputs>;
}

function serviceAt(document: PlainMapping, name: string): PlainMapping {
  return mappingAt(mappingAt(document, 'services'), name);
}

/** Images whose platform or age matters are looked at one by one; of most, their names are enough. */
async function lookClosely(
  { document, opened }: Prepared,
  services: readonly string[],
  images: readonly ImageSummary[],
  world: Pick<World, 'engine'>,
): Promise<Result<ReadonlyMap<string, ImageDetail>, Failure>> {
  const asked = services.flatMap((name) => {
    const service = serviceAt(document, name);
    const reference = serviceReference(service, name, opened.instance);
    const { platform, pull_policy: policy } = service;
    const matters = platform !== undefined || /^(?:every_|daily|weekly)/.test(String(policy));
    return matters && findImage(images, reference) !== undefined ? [reference] : [];
  });
  if (asked.length === 0) return ok(new Map());
  const engine = await world.engine();
  const found = new Map<string, ImageDetail>();
  for (const reference of new Set(asked)) {
    const detail = await engine.image(reference);
    if (!detail.ok) return detail;
    if (detail.value !== undefined) found.set(reference, detail.value);
  }
  return ok(found);
}

/** Compares the images that services run with those that the engine has. */
export async function neededImages(
  prepared: Prepared,
  named: readonly string[],
  { images, running }: Pick<ServiceImagesRequest, 'images' | 'running'>,
  world: Pick<World, 'engine' | 'files' | 'clock'> & { readonly report: Report },
  write: boolean,
): Promise<Result<NeededImages, readonly Failure[]>> {
  const { document, desired, environment, hierarchy, opened } = prepared;
  const wanted = named.length === 0 ? undefined : withDependencies(new Set(named), desired);
  const started = environment.order.filter((name) => wanted?.has(name) ?? true);
  const inputs = readBuildInputs(prepared, started, images, world, write);
  if (!inputs.ok) return fail([inputs.failure]);
  // Those that others are built upon, too.
  const services = environment.order.filter(
    (name) => (wanted?.has(name) ?? true) || inputs.value.has(name),
  );
  const stale = [...inputs.value].flatMap(([name, one]) => {
    const cause = stalenessOf(one, prepared, images, world.files);
    return cause === undefined ? [] : [[name, cause] as const];
  });
  const details = await lookClosely(prepared, services, images, world);
  if (!details.ok) return fail([details.failure]);
  const isDated = details.value.size > 0;
  const nowMs = isDated ? await engineTime(await world.engine(), world.clock) : world.clock.now();
  const plan = planServiceImages({
    document,
    project: opened.instance,
    services,
    images,
    running,
    own: new Set([
      ...[...hierarchy.values()].map(({ reference }) => reference),
      ...(opened.baked?.images.values() ?? []),
    ]),
    platforms: new Map([...details.value].map(([name, { platform }]) => [name, platform])),
    taggedAtMs: new Map([...details.value].map(([name, { taggedAtMs }]) => [name, taggedAtMs])),
    nowMs,
    stale: new Map(stale),
    bases: new Map([...inputs.value].map(([name, { bases }]) => [name, bases])),
  });
  return ok({ ...plan, inputs: inputs.value });
}

/** Whether any service is built from a Dockerfile. */
export function buildsAny({ environment }: Pick<Definition, 'environment'>): boolean {
  const { order, document } = environment;
  return order.some((name) => buildOf(serviceAt(document, name)) !== undefined);
}

/** Base images of the hierarchy that these builds begin with. */
export function basesOfBuilds({ images, inputs }: NeededImages): readonly string[] {
  return images
    .filter(({ kind }) => kind !== 'pull')
    .flatMap(({ service }) => inputs.get(service)?.bases ?? [])
    .flatMap((reference) => baseImageName(reference) ?? []);
}

type BringWorld = Parameters<typeof ensureRootImage>[0] &
  Pick<World, 'files' | 'host' | 'processes' | 'clock'>;

/** Debian's images can be made where no registry answers; all others a build gets by itself. */
async function bringRoots(
  images: readonly ServiceImage[],
  { inputs }: NeededImages,
  world: BringWorld,
  options: Progress & { readonly yes: boolean },
): Promise<void> {
  const built = images.filter(({ kind }) => kind !== 'pull');
  const roots = built.flatMap(({ service }) => inputs.get(service)?.bases ?? []);
  for (const reference of new Set(roots.filter((name) => suiteOf(name) !== undefined))) {
    // Where it cannot be had, the build says so, with its own place.
    await ensureRootImage(world, reference, options);
  }
}

/** Brings images; those that cannot be had come back with why. */
export async function bringImages(
  images: readonly ServiceImage[],
  needed: NeededImages,
  prepared: Prepared,
  world: BringWorld,
  options: Progress & { readonly yes: boolean },
): Promise<Result<MissingImages, readonly Failure[]>> {
  if (images.length === 0) return ok(new Map());
  await bringRoots(images, needed, world, options);
  const built = images.flatMap((image) =>
    image.kind === 'pull' ? [] : (needed.inputs.get(image.service) ?? []),
  );
  warnOfBuilds(built, prepared, world.files, options.report);
  const missing = await bringServiceImages(
    {
      images,
      build: ({ service }) => prepareBuild(service, needed.inputs, prepared, world),
      // Nothing else of the project's environment files: these are programs of the host.
      environment: {
        ...world.host.environment,
        ...contentVariables(prepared.environment.forContents),
        [CACHE_NAMESPACE]: cacheNamespaces(prepared.opened.cacheScope, world).project,
      },
      parallel: world.host.cores,
    },
    { ...world, ...options },
  );
  const failed = new Set([...missing.keys()].map(({ service }) => service));
  for (const inputs of built) {
    if (!failed.has(inputs.service)) rememberBuilt(inputs, prepared, world.files);
  }
  const interrupted = [...missing.values()].find(({ reason }) => reason === 'interrupted');
  return interrupted === undefined ? ok(missing) : fail([interrupted]);
}

/** Services that the plan leaves alone → id of the image that they run. */
function stayingImages(
  request: UpRequest,
  { desired, environment }: Prepared,
  observed: Observed,
): ReadonlyMap<string, string> {
  const images = { images: [], forbidden: [] };
  const situation = { request, observed, images };
  const unchanged = new Set(planServices(situation, desired, environment).unchanged);
  return new Map(
    observed.tasks
      .filter(({ oneOff, service }) => !oneOff && unchanged.has(service))
      .map(({ service, imageId }) => [service, imageId]),
  );
}

/**
 * What images need. Those that are there and shall be pulled again (`pull_policy: always`) come before
 * anything is planned: only then it is known whether they are others. Where none can be had, the one
 * that is there goes on.
 */
export async function freshImages(
  request: UpRequest,
  prepared: Prepared,
  observed: Observed,
  world: BringWorld & Pick<World, 'engine'>,
  progress: Progress,
): Promise<
  Result<{ readonly observed: Observed; readonly images: NeededImages }, readonly Failure[]>
> {
  const seen = { images: observed.images, running: stayingImages(request, prepared, observed) };
  const { report } = progress;
  const asked = { ...world, report };
  const images = await neededImages(prepared, request.services, seen, asked, !request.dryRun);
  if (!images.ok) return images;
  const again = images.value.images.filter(({ kind, present }) => kind === 'pull' && present);
  if (request.dryRun || again.length === 0) return ok({ observed, images: images.value });
  const pulled = await bringImages(again, images.value, prepared, world, {
    yes: request.yes,
    ...progress,
  });
  if (!pulled.ok) return pulled;
  for (const [{ reference }, { why = '' }] of pulled.value) {
    const text = `${reference} cannot be pulled again; the one that is here is used. ${why}`;
    progress.report({ kind: 'note', level: 'warning', text });
  }
  const now = await (await world.engine()).images({});
  if (!now.ok) return fail([now.failure]);
  const rest = images.value.images.filter((image) => !again.includes(image));
  return ok({
    observed: { ...observed, images: now.value },
    images: { ...images.value, images: rest },
  });
}
