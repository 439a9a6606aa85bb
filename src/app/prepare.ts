import { join } from 'node:path';
import { stringify } from 'yaml';
import { applyTool, toPlain, type Layer } from '../compose/merge.ts';
import type { Failure } from '../events/failure.ts';
import { certificatePaths } from '../generate/certificates.ts';
import { dependencyMounts, readInstalls, type ModuleInstall } from '../generate/dependencies.ts';
import { moduleLayer } from '../generate/module-layer.ts';
import { labelEdits } from '../generate/tool-edits.ts';
import type { Hierarchy } from '../images/hierarchy.ts';
import type { OpenProject } from '../model/open-project.ts';
import type { PlainMapping } from '../model/plain.ts';
import { desiredServices } from '../plan/desired-services.ts';
import { HASH_LABEL, type DesiredService } from '../plan/desired.ts';
import type { Files } from '../ports/files.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { certificateLayer, fileLayers } from './definition-layers.ts';
import { mergeEnvironment, switchedOffServices, type Environment } from './environment.ts';

/** The desired environment, complete: what the engine shall run, to the byte. */
export interface Prepared {
  readonly opened: OpenProject;
  readonly hierarchy: Hierarchy;
  readonly environment: Environment;
  readonly document: PlainMapping;
  readonly desired: readonly DesiredService[];
  /** Locked dependencies by module; none in production, which has them in its artifact. */
  readonly installs: ReadonlyMap<string, ModuleInstall>;
  /** Text of `.dev/compose.yaml`. */
  readonly composeText: string;
}

type PrepareWorld = Pick<World, 'files' | 'host'>;

function moduleInstalls(
  { project, context, settings }: OpenProject,
  hierarchy: Hierarchy,
  { files, host }: PrepareWorld,
): Result<ReadonlyMap<string, ModuleInstall>, Failure> {
  if (context === 'prod') return ok(new Map());
  return readInstalls({
    files,
    root: project.root,
    modules: project.modules.filter(({ name }) => settings.modules.get(name)?.run !== false),
    references: new Map([...hierarchy].map(([name, { reference }]) => [name, reference])),
    person: host,
  });
}

/** All layers of a context, in merge order. */
function allLayers(
  opened: OpenProject,
  installs: ReadonlyMap<string, ModuleInstall>,
  { files, host }: PrepareWorld,
): Result<readonly Layer[], Failure> {
  const { project, context, devDirectory } = opened;
  const off = switchedOffServices(opened);
  const modules = project.modules.filter(({ name }) => !off.has(name));
  const own = fileLayers(project.root, context, files);
  if (!own.ok) return own;
  const moduleValues = moduleLayer({
    project,
    context,
    modules,
    dependencies: dependencyMounts(project.modules, installs, host.uid),
    person: host,
    caBundle: certificatePaths(devDirectory).bundle,
    runModule: join(host.toolDirectory, 'profiles/dev/run-module'),
  });
  return ok([
    { kind: 'tool', label: 'certificates', value: certificateLayer(devDirectory) },
    { kind: 'tool', label: 'module', value: moduleValues },
    ...own.value,
  ]);
}

/** From a valid project to the text that the engine is given. Reads files, changes nothing. */
export function prepare(
  opened: OpenProject,
  hierarchy: Hierarchy,
  world: PrepareWorld,
): Result<Prepared, readonly Failure[]> {
  const installs = moduleInstalls(opened, hierarchy, world);
  if (!installs.ok) return fail([installs.failure]);
  const layers = allLayers(opened, installs.value, world);
  if (!layers.ok) return fail([layers.failure]);
  const environment = mergeEnvironment({ opened, hierarchy, layers: layers.value }, world);
  if (!environment.ok) return environment;
  const { document, order, merged } = environment.value;
  const desired = desiredServices(document, opened.instance, order, new Map());
  const labels = new Map(desired.map(({ name, hash }) => [name, { [HASH_LABEL]: hash }]));
  const final = applyTool(merged, labelEdits(labels));
  return ok({
    opened,
    hierarchy,
    environment: environment.value,
    document,
    desired,
    installs: installs.value,
    composeText: stringify(toPlain(final)),
  });
}

/** Writes `.dev/compose.yaml` when it is another one than before. */
export function writePrepared(
  { opened, composeText }: Prepared,
  files: Files,
): Result<void, Failure> {
  const path = join(opened.devDirectory, 'compose.yaml');
  const before = files.read(path);
  if (before.ok && before.value === composeText) return ok(undefined);
  return files.writeAtomic(path, composeText, { mode: 0o600 });
}
