import {
  applyTool,
  mergeCompose,
  services,
  toPlain,
  type Layer,
  type MergedCompose,
} from '../../compose/load/merge.ts';
import type { Failure } from '../../events/failure.ts';
import { baseImageOf, imageEdits, switchOffEdits } from '../../generate/tool-edits.ts';
import type { Hierarchy } from '../../images/hierarchy.ts';
import type { OpenProject } from '../../model/open-project.ts';
import { mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import type { Host } from '../../ports/host.ts';
import { ok, type Result } from '../../util/result.ts';
import { projectVariables } from './project-variables.ts';

/** What the definition files come to, before the engine was asked anything. */
export interface Environment {
  readonly merged: MergedCompose;
  /** `merged` as plain data. */
  readonly document: PlainMapping;
  /** The variables that the files may name, those of `.env` included. */
  readonly variables: Readonly<Record<string, string>>;
  /** Service names in dependency order. */
  readonly order: readonly string[];
  /** Names of the base images that services run. */
  readonly neededImages: readonly string[];
  /** Services and modules that the settings let not run. */
  readonly switchedOff: ReadonlySet<string>;
}

export interface EnvironmentRequest {
  readonly opened: OpenProject;
  readonly hierarchy: Hierarchy;
  /** In merge order: the catalogue's, the tool's, the project's own. */
  readonly layers: readonly Layer[];
}

/** Modules and services that `dev.settings.yaml` switches off. */
export function switchedOffServices({ settings }: OpenProject): ReadonlySet<string> {
  const all = [...settings.modules, ...settings.services];
  return new Set(all.flatMap(([name, { run }]) => (run ? [] : [name])));
}

/** A service of `profiles: [debug]` runs only when it is named; Compose has it from the environment. */
function activeProfiles(environment: Readonly<Record<string, string>>): readonly string[] {
  return (environment['COMPOSE_PROFILES'] ?? '').split(',').filter((name) => name !== '');
}

/** Merges all layers into the document of one context, with the settings and exact images applied. */
export function mergeEnvironment(
  { opened, hierarchy, layers }: EnvironmentRequest,
  { files, host }: { readonly files: Files; readonly host: Host },
): Result<Environment, readonly Failure[]> {
  const { root } = opened.project;
  const variables = projectVariables(root, host.environment, files);
  if (!variables.ok) return variables;
  const merged = mergeCompose({
    layers,
    projectDirectory: root,
    projectName: opened.instance,
    environment: variables.value,
    profiles: activeProfiles(variables.value),
    interpolate: true,
    readFile: (path) => files.read(path),
    display: (path) => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path),
  });
  if (!merged.ok) return merged;

  const switchedOff = switchedOffServices(opened);
  const chosen = applyTool(merged.value, switchOffEdits(toPlain(merged.value), switchedOff));
  const named = toPlain(chosen);
  const references = new Map([...hierarchy].map(([name, { reference }]) => [name, reference]));
  const final = applyTool(chosen, imageEdits(named, references));
  const images = Object.values(mappingAt(named, 'services')).flatMap(
    (service) => baseImageOf(service) ?? [],
  );
  return ok({
    merged: final,
    document: toPlain(final),
    variables: variables.value,
    order: services(final),
    neededImages: [...new Set(images)],
    switchedOff,
  });
}
