import { loadSettings } from '../../definitions/load-settings.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { cacheScope } from '../../generate/cache-scope.ts';
import { loadCatalogue } from '../../generate/catalogue.ts';
import { claimInstance, expectedInstance, instanceIn } from '../../generate/instance.ts';
import { loadHierarchy, type Hierarchy } from '../../images/hierarchy.ts';
import { imagesRun, projectHierarchy } from './image-versions.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { BakedImages, OpenProject, Trial } from '../../model/open-project.ts';
import type { Context, Project } from '../../model/project.ts';
import type { Settings } from '../../model/settings.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { personInside, type PersonInsideWorld } from '../machine/person-inside.ts';
import { locateRoot } from './locate.ts';
import { readProject } from './read-project.ts';
import { readActivation } from './selection.ts';

export interface OpenRequest {
  /** `--project`. */
  readonly project: string | undefined;
  readonly context: Context;
  /** `--profile`; none by default. */
  readonly profiles?: readonly string[];
  /** Services that were named: their profiles are on. None by default. */
  readonly services?: readonly string[];
  /** False for commands that change nothing: no file is made or completed. */
  readonly write: boolean;
  readonly trial?: Trial | undefined;
}

/** A valid project with the images that its modules can be built on. */
export interface Opened {
  readonly opened: OpenProject;
  readonly hierarchy: Hierarchy;
}

type OpenWorld = Pick<World, 'files' | 'host' | 'locks' | 'clock' | 'processes'> &
  PersonInsideWorld;
type SettingsWorld = Pick<World, 'files' | 'host' | 'clock'>;

/** Images of the commit, where the context runs them. What Compose alone defines has its own. */
async function bakedOf(
  { root, definedBy, modules }: Project,
  context: Context,
  world: OpenWorld,
): Promise<Result<BakedImages | undefined, readonly Failure[]>> {
  if (policyOf(context).modules === 'mounted' || definedBy === 'compose') return ok(undefined);
  // Nothing is made of a commit: there may be none.
  if (modules.length === 0) return ok(undefined);
  const { commitImages } = await import('../release/module-images.ts');
  const baked = await commitImages(root, world);
  if (!baked.ok) return baked;
  const { commit, images } = baked.value;
  const failures = modules
    .filter(({ name, run }) => run !== undefined && !images.has(name))
    .map(({ name }): Failure => ({
      reason: 'definition',
      what: `the module ${name} is not in the commit ${commit.slice(0, 7)}`,
      why: `${context} runs the images of the commit that is checked out`,
      cure: 'git commit, or --context dev',
    }));
  return failures.length > 0 ? fail(failures) : baked;
}

/** The project and the images that it is built on; the names of one are needed to check the other. */
function readDefinitions(root: string, { files, host }: Pick<World, 'files' | 'host'>) {
  const folders = { files, projectRoot: root, toolDirectory: host.toolDirectory };
  const plain = loadHierarchy(folders);
  const project = readProject(
    root,
    { files, host },
    {
      ...(plain.ok && { imageNames: [...plain.value.keys()] }),
      catalogue: [...loadCatalogue(files, { ...host, root }).keys()],
    },
  );
  return {
    project,
    hierarchy: project.ok ? projectHierarchy(plain, imagesRun(project.value), folders) : plain,
  };
}

/**
 * Reads the settings, and says what there is to say of them. Where it may write, the file is made, or what is
 * new is added to it.
 */
export function openSettings(
  project: Project,
  world: SettingsWorld,
  report: Report,
  mayWrite: boolean,
): Result<Settings, readonly Failure[]> {
  // A repository that has not asked for it gets no file beside its own.
  const write = mayWrite && project.definedBy === 'dev.yaml';
  const settings = loadSettings(project, { ...world, write });
  if (!settings.ok) return settings;
  for (const text of settings.value.notes) report({ kind: 'note', level: 'info', text });
  return ok(settings.value.settings);
}

/** Reads everything that people wrote, and says everything that is wrong with it. */
export async function openProject(
  request: OpenRequest,
  world: OpenWorld,
  report: Report,
): Promise<Result<Opened, readonly Failure[]>> {
  const { files, host } = world;
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  const { project, hierarchy } = readDefinitions(root.value, { files, host });
  const failures = [
    ...(project.ok ? [] : project.failure),
    ...(hierarchy.ok ? [] : hierarchy.failure),
  ];
  if (!project.ok || !hierarchy.ok) return fail(failures);

  const settings = openSettings(project.value, world, report, request.write);
  if (!settings.ok) return settings;
  const { trial } = request;
  const baked =
    trial === undefined ? await bakedOf(project.value, request.context, world) : ok(trial.baked);
  if (!baked.ok) return baked;
  const naming = request.write ? claimInstance : expectedInstance;
  const instance = await naming(root.value, trial?.name ?? project.value.name, {
    ...world,
    report,
  });
  if (!instance.ok) return fail([instance.failure]);
  const { name, places } = instanceIn(request.context, instance.value, world);
  return ok({
    opened: {
      project: project.value,
      settings: settings.value,
      context: request.context,
      instance: name,
      places,
      person: await personInside(world),
      profiles: request.profiles ?? [],
      named: request.services ?? [],
      kept: readActivation(places, files),
      baked: baked.value,
      cacheScope: cacheScope(root.value, files),
      ...(trial !== undefined && { trial }),
    },
    hierarchy: hierarchy.value,
  });
}
