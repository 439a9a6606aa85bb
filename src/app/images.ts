import type { Failure } from '../events/failure.ts';
import type { Progress, Report } from '../events/progress.ts';
import type { Hierarchy } from '../images/hierarchy.ts';
import { nearestName } from '../images/order.ts';
import { planBuilds, withBases, type ImageBuild } from '../images/plan.ts';
import { isMapping, mappingAt } from '../model/plain.ts';
import type { Context } from '../model/project.ts';
import type { ImageSummary } from '../ports/engine-resources.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { MODULE_IMAGE_KIND } from '../release/module-image.ts';
import { moduleImageRows, type ModuleImageRow } from './images/module-rows.ts';
import { runBuilds } from './images/build.ts';
import { loadDefinition, type Definition } from './project/definition.ts';
import { ensureEngine } from './machine/ensure-engine.ts';
import { ensureGenerated } from './up/generate.ts';
import { ensureDevFolder } from '../generate/dev-folder.ts';
import { ensureInstanceFolders } from './project/instance-folders.ts';
import { openProject } from './project/open-project.ts';
import { certifiedServices, generatedSecrets } from './up/prepare.ts';

export interface ImagesRequest {
  /** `--project`. */
  readonly project: string | undefined;
  readonly context: Context;
}

/** One base image, as `dev images` tells it. */
export interface ImageStatus {
  readonly name: string;
  readonly parent: string | undefined;
  readonly origin: 'project' | 'tool';
  readonly reference: string;
  readonly built: boolean;
  /** Why it would be built; undefined when it is. */
  readonly cause: string | undefined;
  /** Undefined when it is not built. */
  readonly sizeBytes: number | undefined;
  /** Services of the project that run it. */
  readonly services: readonly string[];
}

interface Known {
  readonly definition: Definition;
  readonly present: readonly ImageSummary[];
}

/**
 * Reads the project.
 * @param write whether it may claim a name: for what keeps something of it.
 */
export async function openImages(
  request: ImagesRequest,
  world: World,
  report: Report,
  write = false,
): Promise<Result<Definition, readonly Failure[]>> {
  const opening = await openProject({ ...request, write }, world, report);
  if (!opening.ok) return opening;
  return loadDefinition(opening.value.opened, opening.value.hierarchy, world);
}

async function know(
  request: ImagesRequest,
  world: World,
  report: Report,
  write = false,
): Promise<Result<Known, readonly Failure[]>> {
  const definition = await openImages(request, world, report, write);
  if (!definition.ok) return definition;
  const present = await (await world.engine()).images({});
  if (!present.ok) return fail([present.failure]);
  return ok({ definition: definition.value, present: present.value });
}

function servicesOf({ environment }: Definition, reference: string): readonly string[] {
  const services = Object.entries(mappingAt(environment.document, 'services'));
  return services.flatMap(([name, service]) =>
    isMapping(service) && service['image'] === reference ? [name] : [],
  );
}

/** The hierarchy, and what was baked upon it. */
export interface ListedImages {
  /** In build order: whether each is built, and if not, why. */
  readonly images: readonly ImageStatus[];
  /** The latest production image of each module that has one. */
  readonly modules: readonly ModuleImageRow[];
}

/** Every image of the hierarchy, and production's upon them. */
export async function listImages(
  request: ImagesRequest,
  world: World,
  report: Report,
): Promise<Result<ListedImages, readonly Failure[]>> {
  const known = await know(request, world, report);
  if (!known.ok) return known;
  const { definition, present } = known.value;
  const engine = await world.engine();
  const baked = await engine.images({
    'dev.onestack.kind': MODULE_IMAGE_KIND,
    'dev.onestack.project': definition.opened.project.name,
  });
  if (!baked.ok) return fail([baked.failure]);
  return ok({
    modules: moduleImageRows(baked.value, definition.hierarchy.values()),
    images: [...definition.hierarchy.values()].map((image) => {
      const { name, parent, origin, reference } = image;
      const [build] = planBuilds([name], definition.hierarchy, present).filter(
        (one) => one.image.name === name,
      );
      return {
        name,
        parent,
        origin,
        reference,
        built: build === undefined,
        cause: build?.cause,
        sizeBytes: present.find(({ tags }) => tags.includes(reference))?.sizeBytes,
        services: servicesOf(definition, reference),
      };
    }),
  });
}

function unknownImages(names: readonly string[], hierarchy: Hierarchy): readonly Failure[] {
  return names
    .filter((name) => !hierarchy.has(name))
    .map((name) => {
      const near = nearestName(name, [...hierarchy.keys()]);
      return {
        reason: 'usage',
        what: `There is no base image ${name}`,
        cure: near ? `Did you mean ${near}?` : `There are: ${[...hierarchy.keys()].join(', ')}`,
      };
    });
}

export interface BuildImagesRequest extends ImagesRequest {
  /** Names of base images; those that the project needs when empty. */
  readonly names: readonly string[];
  /** Build the named ones and their bases anew, even if they are there: for newer packages. */
  readonly fresh: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

function chosenBuilds(
  { names, fresh }: BuildImagesRequest,
  { definition, present }: Known,
): readonly ImageBuild[] {
  const { hierarchy, environment } = definition;
  const chosen = names.length > 0 ? names : environment.neededImages;
  if (!fresh) return planBuilds(chosen, hierarchy, present);
  return withBases(chosen, hierarchy).map((image) => ({
    image,
    cause: 'built anew',
    after: image.uses,
  }));
}

/** Builds what is missing of the named images, or of all that the project needs. */
export async function buildProjectImages(
  request: BuildImagesRequest,
  world: World,
  progress: Progress,
): Promise<Result<readonly ImageBuild[], readonly Failure[]>> {
  if (!request.dryRun) {
    const engine = await ensureEngine(world, { yes: request.yes, ...progress });
    if (!engine.ok) return fail([engine.failure]);
  }
  const known = await know(request, world, progress.report, !request.dryRun);
  if (!known.ok) return known;
  const { definition } = known.value;
  const { hierarchy, opened } = definition;
  const unknown = unknownImages(request.names, hierarchy);
  if (unknown.length > 0) return fail(unknown);
  const builds = chosenBuilds(request, known.value);
  if (request.dryRun || builds.length === 0) return ok(builds);
  const { places, cacheScope } = opened;
  const folders = ensureInstanceFolders(places, world);
  if (!folders.ok) return fail([folders.failure]);
  const dev = ensureDevFolder(opened.places, world.files);
  if (!dev.ok) return fail([dev.failure]);
  // Behind a company's proxy a build needs its certificates, also before the first `dev up`.
  const services = certifiedServices(definition);
  const secrets = generatedSecrets(definition);
  const generated = await ensureGenerated(
    { opened, hierarchy, services, secrets, builds: true },
    world,
    progress.report,
  );
  if (!generated.ok) return generated;
  const built = await runBuilds(
    builds,
    { ...request, hierarchy, places, cacheScope },
    world,
    progress,
  );
  return built.ok ? ok(builds) : built;
}
