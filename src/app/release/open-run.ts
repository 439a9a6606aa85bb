import { personInside } from '../machine/person-inside.ts';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { PROJECT_FILE } from '../../definitions/find-project.ts';
import type { Failure } from '../../events/failure.ts';
import { cacheScope } from '../../generate/cache-scope.ts';
import type { Report } from '../../events/progress.ts';
import { ensureCaBundle } from '../../generate/ca-bundle.ts';
import { loadCatalogue } from '../../generate/catalogue.ts';
import { trustOf } from '../../generate/trust.ts';
import { loadHierarchy, type Hierarchy } from '../../images/hierarchy.ts';
import { imagesRun, projectHierarchy } from '../project/image-versions.ts';
import { readProject } from '../project/read-project.ts';
import { planBuilds } from '../../images/plan.ts';
import type { Gates } from '../../model/gates.ts';
import type { Module } from '../../model/module.ts';
import type { Places } from '../../model/places.ts';
import type { Project } from '../../model/project.ts';
import type { Settings } from '../../model/settings.ts';
import type { World } from '../../ports/world.ts';
import { gateKeys, moduleKeys, profilesKey, smokeKey } from '../../release/keys.ts';
import { stageKeys } from '../../release/stage-keys.ts';
import { MODULE_IMAGE_KIND } from '../../release/module-image.ts';
import type { PipelinePlan } from '../../release/pipeline-plan.ts';
import { planPipeline } from '../../release/pipeline.ts';
import type { Sources } from '../../release/sources.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { runBuilds } from '../images/build.ts';
import { exportFolder, logPath, type PipelineRun } from './run.ts';
import type { Trials } from './trials.ts';
import { gateBase } from './gate-base.ts';
import { readFragments } from './image-fragments.ts';
import { readDatabases } from './gate-databases.ts';
import { exportSources } from './export-sources.ts';
import { packagesByModule, refuseForeignPackages } from './source-packages.ts';
import { refuseCodeBeside } from './code-beside.ts';
import { volumeFolders } from './volume-folders.ts';

/** A commit's own definition: what it says about its modules, not what the working tree says. */
export interface CommitDefinition {
  readonly project: Project;
  readonly hierarchy: Hierarchy;
}

/** Lays out the commit and reads its definition. */
export async function openCommit(
  sources: Sources,
  { root, folder }: { readonly root: string; readonly folder: string },
  world: Pick<World, 'files' | 'host' | 'processes'>,
): Promise<Result<CommitDefinition, readonly Failure[]>> {
  const lacking = withoutDefinition(sources, root, world);
  if (lacking !== undefined) return fail([lacking]);
  const src = exportFolder({ folder });
  const exported = await exportSources(sources, { root, folder: src }, world);
  return exported.ok ? definitionIn(src, world) : fail([exported.failure]);
}

/** A commit that does not say what to build. */
function withoutDefinition(
  { commit, files: committed }: Sources,
  root: string,
  { files }: Pick<World, 'files'>,
): Failure | undefined {
  if (committed.some(({ path }) => path === PROJECT_FILE)) return undefined;
  const short = commit.slice(0, 7);
  if (files.exists(join(root, PROJECT_FILE))) {
    return {
      reason: 'usage',
      what: `${PROJECT_FILE} is not in the commit ${short}`,
      why: 'what is built is what a commit holds',
      cure: `git add ${PROJECT_FILE}, and git commit; or, to try it: dev ci --dirty`,
    };
  }
  return {
    reason: 'usage',
    what: `there is no ${PROJECT_FILE} in ${root}`,
    why: 'it says which modules there are to build; a Compose file alone has none',
    cure: 'dev init makes one; commit it',
  };
}

/** The definition of a folder, be it a commit's or as somebody edits it. */
export function definitionIn(
  src: string,
  { files, host }: Pick<World, 'files' | 'host'>,
): Result<CommitDefinition, readonly Failure[]> {
  const folders = { files, projectRoot: src, toolDirectory: host.toolDirectory };
  const plain = loadHierarchy(folders);
  if (!plain.ok) return plain;
  // What it names may be a service of the Compose file beside it.
  const project = readProject(
    src,
    { files, host },
    {
      imageNames: [...plain.value.keys()],
      catalogue: [...loadCatalogue(files, { ...host, root: src }).keys()],
    },
  );
  if (!project.ok) return project;
  const hierarchy = projectHierarchy(plain, imagesRun(project.value), folders);
  return hierarchy.ok ? ok({ project: project.value, hierarchy: hierarchy.value }) : hierarchy;
}

export interface OpenRunRequest {
  readonly id: string;
  /** The project's folder. */
  readonly root: string;
  readonly folder: string;
  readonly yes: boolean;
  readonly trials: Trials | undefined;
  /** Folder of the certificates that containers trust; one for all runs of the project. */
  readonly certificates: string;
  readonly version: string;
  readonly sources: Sources;
  readonly definition: CommitDefinition;
  readonly settings: Pick<Settings, 'certificates'>;
  readonly store: PipelineRun['store'];
  readonly recorder: PipelineRun['recorder'];
}

/** A run has no instance: whom it trusts lies beside what runs made. */
function trustPlaces(certificates: string): Pick<Places, 'bundle' | 'javaTrustStore' | 'builds'> {
  const at = (name: string): string => join(certificates, name);
  return { bundle: at('bundle.crt'), javaTrustStore: at('bundle.jks'), builds: at('builds') };
}

/** Base images that steps run in. */
function imagesOf(project: {
  readonly modules: Project['modules'];
  readonly pipeline: Pick<Project['pipeline'], 'stages'>;
}): readonly string[] {
  return [...project.modules, ...project.pipeline.stages].map(({ image }) => image);
}

/** Puts a run together: keys, and whom its containers trust. */
export async function openRun(
  request: OpenRunRequest,
  world: World,
  progress: { readonly report: Report; readonly signal: AbortSignal },
): Promise<Result<PipelineRun, readonly Failure[]>> {
  const { definition, sources, folder, settings } = request;
  const { project, hierarchy } = definition;
  const places = trustPlaces(request.certificates);
  const trust = trustOf(places, hierarchy);
  for (const place of [dirname(places.bundle), dirname(logPath({ folder }, ''))]) {
    const made = world.files.makeDirectory(place);
    if (!made.ok) return fail([made.failure]);
  }
  const bundle = await ensureCaBundle({
    ...world,
    publicRoots: () => world.publicRoots(),
    places,
    ownCertificates: [],
    java: imagesOf(project).some((image) => trust.javaImages.has(image)),
    settings,
  });
  if (!bundle.ok) return bundle;
  for (const text of bundle.value.notes) progress.report({ kind: 'note', level: 'info', text });
  const references = new Map([...hierarchy].map(([name, { reference }]) => [name, reference]));
  const { modules, gates } = project;
  const fragments = readFragments(modules, exportFolder(request), world.files);
  if (!fragments.ok) return fragments;
  const mountPoints = volumeFolders(project, sources, world.files);
  const src = exportFolder(request);
  const foreign = [
    ...refuseForeignPackages(modules, src, world.files),
    ...refuseCodeBeside(modules, src, world.files),
  ];
  if (foreign.length > 0) return fail(foreign);
  const packages = packagesByModule(modules, src, world.files);
  const keyed = { modules, sources, references, gates, mountPoints, packages };
  const keys = moduleKeys(keyed);
  const { trials } = request;
  // What is made to run here alone goes nowhere: nothing is compared, and no history is needed.
  const held: Gates = trials === undefined ? new Map() : gates;
  const base = await gateBase(request, held, world);
  if (!base.ok) return fail([base.failure]);
  const databases = readDatabases(request.root, held, world.files);
  if (!databases.ok) return fail([databases.failure]);
  const { smoke, stages } = project.pipeline;
  return ok({
    ...request,
    project: project.name,
    ...project.store,
    modules,
    fragments: fragments.value,
    mountPoints,
    hierarchy,
    keys,
    gates,
    base: base.value,
    databases: databases.value,
    gateKeys: gateKeys({
      ...{ keys, gates: held, commit: sources.commit },
      ...{ base: base.value, databases: databases.value },
    }),
    smokeKey: smoke === undefined || trials === undefined ? undefined : smokeKey(keys, keyed),
    smoke: (images) => {
      if (trials === undefined || smoke === undefined) throw new Error('nothing is to be tried');
      return trials.tryImages(images, { ...request, definition: smoke, project }, world, progress);
    },
    withServices:
      trials && needing({ ...request, trials }, project.modules, references, world, progress),
    stages: stageKeys(stages, keys, keyed),
    profilesKey: profilesKey(sources),
    trust,
    person: await personInside(world),
    world,
    leaving: new Set<Promise<void>>(),
    ...progress,
  });
}

/** One check at a time has services: their names in the engine are the run's. */
function needing(
  { trials, ...request }: OpenRunRequest & { readonly trials: Trials },
  modules: readonly Module[],
  references: ReadonlyMap<string, string>,
  world: World,
  progress: { readonly report: Report; readonly signal: AbortSignal },
): NonNullable<PipelineRun['withServices']> {
  // None of them runs; a definition without an image is none.
  const images = new Map(
    modules.flatMap(({ name, run, image }) =>
      run === undefined ? [] : [[name, references.get(image) ?? image] as const],
    ),
  );
  const turn = pLimit(1);
  return (check, work) =>
    turn(() => trials.withServices({ ...request, ...check, images }, work, world, progress));
}

/** Compares what the store and the engine have with what the commit needs. */
export async function planRun(
  run: PipelineRun,
  { checks }: { readonly checks: boolean },
  world: Pick<World, 'engine'>,
): Promise<Result<PipelinePlan, Failure>> {
  const stored = run.store.read();
  if (!stored.ok) return stored;
  const engine = await world.engine();
  const images = await engine.images({
    'dev.onestack.kind': MODULE_IMAGE_KIND,
    'dev.onestack.project': run.project,
  });
  if (!images.ok) return images;
  return ok(
    planPipeline({
      ...run,
      stored: stored.value,
      images: new Set(images.value.flatMap(({ tags }) => tags)),
      checks,
    }),
  );
}

/** Makes sure of the base images that the plan's steps run in. */
export async function ensureBases(
  plan: PipelinePlan,
  run: PipelineRun,
  { yes }: { readonly yes: boolean },
  world: World,
): Promise<Result<void, readonly Failure[]>> {
  if (plan.steps.length === 0) return ok(undefined);
  const present = await (await world.engine()).images({});
  if (!present.ok) return fail([present.failure]);
  const stages = run.stages.map(({ definition }) => definition);
  const names = imagesOf({ modules: run.modules, pipeline: { stages } });
  const builds = planBuilds(names, run.hierarchy, present.value);
  if (builds.length === 0) return ok(undefined);
  const scope = cacheScope(run.root, world.files);
  const places = trustPlaces(run.certificates);
  const context = { hierarchy: run.hierarchy, places, cacheScope: scope, yes };
  return runBuilds(builds, context, world, run);
}
