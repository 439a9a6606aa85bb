import { join } from 'node:path';
import type { Layer } from '../../compose/load/merge.ts';
import { PROJECT_FILE } from '../../definitions/find-project.ts';
import type { Failure } from '../../events/failure.ts';
import { cacheEnvironment } from '../../generate/cache-environment.ts';
import { cacheVolume, type ModuleInstall } from '../../generate/module-install.ts';
import { dependencyMounts, installedKeys, readInstalls } from '../../generate/dependencies.ts';
import { moduleLayer } from '../../generate/module-layer.ts';
import { trustOf } from '../../generate/trust.ts';
import type { Hierarchy } from '../../images/hierarchy.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { Module } from '../../model/module.ts';
import { withUses } from '../../model/uses.ts';
import type { OpenProject } from '../../model/open-project.ts';
import { attachedModules } from './attached-modules.ts';
import { mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { catalogueLayers } from './ready-services.ts';
import { certificateLayer, fileLayers } from './definition-layers.ts';
import {
  mergeEnvironment,
  switchedOffServices,
  type MergedEnvironment,
  type MergedEnvironmentRequest,
} from './environment.ts';

/** What the definition files come to, before the engine is asked. */
export interface Definition {
  readonly opened: OpenProject;
  readonly hierarchy: Hierarchy;
  readonly environment: MergedEnvironment;
  /** Locked dependencies by module; none where modules are baked: their images have them. */
  readonly installs: ReadonlyMap<string, ModuleInstall>;
}

type DefinitionWorld = Pick<World, 'files' | 'host'>;

function runningModules(opened: OpenProject): readonly Module[] {
  const off = switchedOffServices(opened);
  return opened.project.modules.filter(({ name }) => !off.has(name));
}

function moduleInstalls(
  opened: OpenProject,
  hierarchy: Hierarchy,
  { files }: DefinitionWorld,
): Result<ReadonlyMap<string, ModuleInstall>, Failure> {
  if (opened.baked !== undefined) return ok(new Map());
  const { isAttended } = policyOf(opened.context);
  const isShared = isAttended && opened.settings.dependencies === 'shared';
  return readInstalls({
    files,
    root: opened.project.root,
    modules: withUses(runningModules(opened), opened.project.modules),
    references: new Map([...hierarchy].map(([name, { reference }]) => [name, reference])),
    person: opened.person,
    cacheScope: opened.cacheScope,
    packages: isShared ? opened.places.packages : undefined,
  });
}

/** What a service of the Compose file does not have any more when a module takes its place. */
const GIVEN_WAY = ['build', 'entrypoint', 'develop', 'pull_policy'];
/** What its image says, where it runs as one: in development the tool says it. */
const SAID_BY_IMAGE = ['command', 'user', 'working_dir'];

/**
 * A module runs its base image and its own command. What a Compose file says otherwise of the service
 * of its name gives way; all the rest of it stays: ports, environment, health check, volumes.
 */
function placesTaken(
  { project: { root, compose }, baked }: OpenProject,
  own: PlainMapping,
): readonly Layer[] {
  const names = Object.keys(mappingAt(own, 'services'));
  if (compose === undefined || names.length === 0) return [];
  const given = [...GIVEN_WAY, ...(baked === undefined ? [] : SAID_BY_IMAGE)];
  const keys = given.map((key) => `${key}: !reset null`).join(', ');
  const text = `services:\n${names.map((name) => `  ${name}: { ${keys} }\n`).join('')}`;
  return [{ kind: 'file', path: join(root, PROJECT_FILE), display: PROJECT_FILE, text }];
}

/** All layers of a context, in merge order. */
function allLayers(
  opened: OpenProject,
  hierarchy: Hierarchy,
  installs: ReadonlyMap<string, ModuleInstall>,
  { files, host }: DefinitionWorld,
): Result<Pick<MergedEnvironmentRequest, 'compose' | 'layers'>, readonly Failure[]> {
  const { project, context, places } = opened;
  const ready = catalogueLayers(project, hierarchy, { files, host });
  if (!ready.ok) return ready;
  const written = fileLayers(project, context, files);
  if (!written.ok) return fail([written.failure]);
  const { compose, own } = written.value;
  // What Compose would run, and nothing else.
  if (project.definedBy === 'compose') return ok({ compose, layers: [] });
  const value = moduleLayer({
    project,
    baked: opened.baked?.images,
    // Those that are switched off too: what the project's own files say of them must make sense.
    modules: project.modules,
    dependencies: dependencyMounts(
      project.modules,
      installs,
      cacheVolume(opened.person.uid, opened.cacheScope),
    ),
    installed: installedKeys(project.modules, installs),
    person: opened.person,
    attached: attachedModules(opened, files),
    trust: trustOf(places, hierarchy),
    environmentOf: (image) => cacheEnvironment(image, hierarchy),
    runModule: places.runModule,
  });
  const layers: readonly Layer[] = [
    { kind: 'tool', label: 'certificates', value: certificateLayer(places) },
    ...ready.value,
    ...placesTaken(opened, value),
    { kind: 'tool', label: 'module', value },
    ...own,
  ];
  return ok({ compose, layers });
}

/** From a valid project to its merged document. Reads files, changes nothing. */
export function loadDefinition(
  opened: OpenProject,
  hierarchy: Hierarchy,
  world: DefinitionWorld,
): Result<Definition, readonly Failure[]> {
  const installs = moduleInstalls(opened, hierarchy, world);
  if (!installs.ok) return fail([installs.failure]);
  const layers = allLayers(opened, hierarchy, installs.value, world);
  if (!layers.ok) return layers;
  const environment = mergeEnvironment({ opened, hierarchy, ...layers.value }, world);
  if (!environment.ok) return environment;
  const { value } = environment;
  return ok({ opened, hierarchy: value.hierarchy, environment: value, installs: installs.value });
}
