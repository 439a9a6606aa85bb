import { cacheVolume } from '../../generate/module-install.ts';
import { jobsIn } from '../../generate/job-edits.ts';
import { planInstalls, type InstallRun } from '../../generate/install-runs.ts';
import { planBuilds, type ImageBuild } from '../../images/plan.ts';
import { baseImageName } from '../../images/reference.ts';
import { seedOf } from '../../images/seeds.ts';
import { findImage } from '../../images/service-reference.ts';
import type { Module } from '../../model/module.ts';
import type { OpenProject } from '../../model/open-project.ts';
import { planGraph } from '../../plan/graph.ts';
import type { GraphRequest, ModuleOrder } from '../../plan/graph-request.ts';
import type { PlannedOperation, ServicePlan } from '../../plan/operation.ts';
import { serviceLinks } from '../../plan/service-links.ts';
import type { Plan } from '../../plan/step.ts';
import { volumeOwners } from '../../plan/volume-owners.ts';
import { worldFacts, type WorldFacts } from '../../plan/world-facts.ts';
import type { Files } from '../../ports/files.ts';
import type { Host } from '../../ports/host.ts';
import { planCompiles, type CompileRun, type Twin } from '../build/compile-plan.ts';
import { readCompiled } from '../build/compiled-state.ts';
import { withUses } from '../../model/uses.ts';
import type { Pending } from '../hooks/pending.ts';
import { dueHooks } from './due-hooks.ts';
import type { Observed } from './observe.ts';
import { basesOfBuilds, type NeededImages } from './service-images.ts';
import { hasForeignImage } from './own-words.ts';
import { awaitedServices, imageIds, missingHealth, neededBy } from './plan-services.ts';
import type { Situation } from './plan-services.ts';
import type { Prepared } from './prepare.ts';
import type { AwaitedService, ServiceLinks } from '../../ports/orchestrator.ts';

/** A plan with what its steps are about: a step names it, the executor looks it up here. */
export interface Work {
  readonly plan: Plan;
  readonly prepared: Prepared;
  readonly builds: readonly ImageBuild[];
  readonly images: NeededImages;
  readonly installs: readonly InstallRun[];
  readonly compiles: readonly CompileRun[];
  readonly awaited: readonly AwaitedService[];
  readonly links: ReadonlyMap<string, ServiceLinks>;
  /** What is to be run for data that this plan makes new, or that an earlier one left. */
  readonly pending: Pending | undefined;
}

/** Modules whose containers the plan starts, with everything that they use. */
function startedModules(
  operations: readonly PlannedOperation[],
  modules: readonly Module[],
): readonly Module[] {
  const started = new Set(
    operations.flatMap(({ operation: { kind, service } }) => (kind === 'remove' ? [] : [service])),
  );
  return withUses(
    modules.filter(({ name }) => started.has(name)),
    modules,
  );
}

/** What the plan depends on of all that was observed. */
export function factsOf(observed: Observed, { desired, installs }: Prepared): WorldFacts {
  const images = imageIds(observed, desired);
  const volumes = [...installs.values()].flatMap(({ marker, mounts }) =>
    [marker, ...mounts.map(({ volume }) => volume)].filter((name) =>
      observed.dependencyVolumes.has(name),
    ),
  );
  const { missingEngine, tasks } = observed;
  const apiVersion = missingEngine === undefined ? observed.apiVersion : undefined;
  return worldFacts({ apiVersion, tasks, images, volumes });
}

interface PlanSources {
  readonly files: Files;
  readonly host: Pick<Host, 'cores'>;
  /** Images from outside that the builds begin with and the engine lacks. */
  readonly missingRoots: readonly string[];
  readonly pending: Pending | undefined;
  /** The project in other worktrees of its clone. */
  readonly twins: () => readonly Twin[];
}

/** A situation with all that is known of services' images. */
export interface WorkSituation extends Situation {
  readonly images: NeededImages;
}

/** The base images that have to be built. */
export function buildsOf(situation: WorkSituation, prepared: Prepared) {
  const { request, observed, images } = situation;
  const seeds = missingSeeds(observed, prepared).map(({ image }) => image);
  const names = [...neededBy(request, prepared).images, ...basesOfBuilds(images), ...seeds];
  return planBuilds(names, prepared.hierarchy, observed.images);
}

/** Everything that has to be done, in one graph. Reads sources only where a module is started. */
export function makeWork(
  situation: WorkSituation,
  prepared: Prepared,
  services: ServicePlan,
  { files, host, missingRoots, pending, twins }: PlanSources,
): Work {
  const { request, observed } = situation;
  const { opened, hierarchy, desired, document } = prepared;
  const { project, instance, places } = opened;
  const needs = neededBy(request, prepared);
  const builds = buildsOf(situation, prepared);
  const installs = planInstalls(needs.installs, observed.dependencyVolumes, instance);
  // What is baked is compiled.
  const modules =
    opened.baked === undefined ? startedModules(services.operations, project.modules) : [];
  const known = modules.length === 0 ? new Map() : readCompiled(places.compiled, files);
  const references = new Map([...hierarchy].map(([name, { reference }]) => [name, reference]));
  const compiles = planCompiles({ root: project.root, modules, known, references, twins }, files);
  const jobs = jobsIn(document);
  const processes = new Set(
    project.modules.flatMap(({ name, run }) => (run && !jobs.has(name) ? [name] : [])),
  );
  const awaited = awaitedServices(request, prepared, services.operations, observed).map((one) => ({
    ...one,
    ...(hasForeignImage(one.name, prepared) && { hasForeignImage: true }),
    ...(opened.baked === undefined && processes.has(one.name) && { runsModule: true }),
  }));
  const bases = new Map([...references].map(([name, reference]) => [reference, name]));
  const links = new Map(desired.map(({ name }) => [name, serviceLinks(document, name)]));
  const plan = planGraph({
    ...services,
    world: factsOf(observed, prepared),
    ...(observed.missingEngine !== undefined && { missingEngine: observed.missingEngine }),
    roots: missingRoots.map((reference) => ({ reference, cause: 'the engine lacks it' })),
    builds: builds.map(({ image, cause, after }) => ({
      ...{ image: image.name, externals: image.externals, cause, after },
    })),
    serviceImages: serviceImages(situation.images),
    ...missingBaked(observed, prepared, host.cores),
    seeds: missingSeeds(observed, prepared),
    volumes: [...missingCaches(observed, opened), ...installVolumes(installs, observed)],
    installs: installs.map(({ install, cause }) => ({
      module: install.module.name,
      cause,
      sharedBy: needs.installs.flatMap(({ key, module }) =>
        key === install.key ? [module.name] : [],
      ),
    })),
    compiles: compiles.map(({ module, cause }) => ({
      ...{ module: module.name, cause, uses: module.uses },
    })),
    hooks: dueHooks(request, services, prepared, pending),
    waits: missingHealth(awaited),
    modules: moduleLinks(project.modules),
    images: new Map(
      desired.flatMap(({ name, image }) => {
        const base = bases.get(image);
        return base === undefined ? [] : [[name, base]];
      }),
    ),
    links,
    volumeOwners: volumeOwners(document, new Set(project.modules.map(({ name }) => name))),
    heldPorts: heldPorts(observed),
  });
  return {
    plan,
    prepared,
    builds,
    images: situation.images,
    installs,
    compiles,
    awaited,
    links,
    pending,
  };
}

/** Cores that a pull or a build keeps busy: both mostly wait, for a registry, a disk, a package index. */
const IMAGE_WEIGHT = 1 / 3;

function serviceImages({ images, forbidden, inputs }: NeededImages) {
  return [
    ...images.map(({ kind, reference, service, services, cause, after }) => ({
      ...{ how: kind, reference, service, services, cause, after },
      bases: (inputs.get(service)?.bases ?? []).flatMap((base) => baseImageName(base) ?? []),
      weight: IMAGE_WEIGHT,
    })),
    ...[...new Set(forbidden.map(({ reference }) => reference))].map((reference) => {
      const services = forbidden.flatMap((one) =>
        one.reference === reference ? [one.service] : [],
      );
      return {
        ...{ how: 'forbidden' as const, reference, services, service: services[0] ?? '' },
        ...{ cause: 'it is not here, and pull_policy: never', after: [], bases: [], weight: 0 },
      };
    }),
  ];
}

/** Images of the commit that the services of the plan need and the pipeline has not made yet. */
function missingBaked(
  { images }: Observed,
  { opened: { baked }, desired }: Prepared,
  weight: number,
): Pick<GraphRequest, 'pipeline'> {
  if (baked === undefined) return {};
  const runs = new Set(desired.map(({ image }) => image));
  const modules = [...baked.images].flatMap(([name, reference]) =>
    runs.has(reference) && findImage(images, reference) === undefined ? [name] : [],
  );
  return modules.length === 0 ? {} : { pipeline: { commit: baked.commit, modules, weight } };
}

/** Every module's container mounts the caches, whether anything is installed or not. */
function missingCaches(
  { dependencyVolumes }: Observed,
  { project, cacheScope, baked, person }: OpenProject,
) {
  const name = cacheVolume(person.uid, cacheScope);
  const isWanted = baked === undefined && project.modules.length > 0;
  return isWanted && !dependencyVolumes.has(name) ? [{ name, cause: 'no caches yet' }] : [];
}

/** What those begin with. */
function missingSeeds(observed: Observed, { opened, hierarchy }: Prepared): GraphRequest['seeds'] {
  const { modules } = opened.project;
  return missingCaches(observed, opened).flatMap(({ name: volume }) => {
    const byModule = modules.map(
      ({ name, image }) => [name, seedOf(image, hierarchy)?.name] as const,
    );
    const images = new Set(byModule.flatMap(([, seed]) => seed ?? []));
    return [...images].map((image) => {
      const own = byModule.flatMap(([name, seed]) => (seed === image ? [name] : []));
      return { image, volume, modules: own };
    });
  });
}

/** Those that the installs will fill. */
function installVolumes(installs: readonly InstallRun[], { dependencyVolumes }: Observed) {
  const names = installs.flatMap(({ install }) => install.mounts.map(({ volume }) => volume));
  const missing = names.filter((name) => !dependencyVolumes.has(name));
  return [...new Set(missing)].map((name) => ({ name, cause: '' }));
}

function moduleLinks(modules: readonly Module[]): ReadonlyMap<string, ModuleOrder> {
  return new Map(
    modules.map((module) => [
      module.name,
      {
        image: module.image,
        modules: withUses([module], modules).map(({ name }) => name),
      },
    ]),
  );
}

function heldPorts({ tasks }: Observed): ReadonlyMap<string, readonly string[]> {
  const held = new Map<string, readonly string[]>();
  for (const { service, ports } of tasks) {
    const own = ports.map(({ hostPort, protocol }) => `${String(hostPort)}/${protocol}`);
    held.set(service, [...(held.get(service) ?? []), ...own]);
  }
  return held;
}
