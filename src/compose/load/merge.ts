import type { Failure } from '../../events/failure.ts';
import { fail, ok } from '../../util/result.ts';
import type { Result } from '../../util/result.ts';
import { applyEdits, type Edit } from '../merge/edits.ts';
import { resolveEnvironmentFiles } from './env-files.ts';
import { textInput } from './loading.ts';
import type { LayerInput, Loading, ReadFile } from './loading.ts';
import { loadModel } from './loader.ts';
import { checkModel } from '../check/model-check.ts';
import { serviceOrder } from '../order.ts';
import { enabledServices, profilesOf, profilesWith } from '../profiles.ts';
import { Problems } from '../problems.ts';
import { projectName } from './project-name.ts';
import { hideContents } from '../read/resolve-environment.ts';
import { child, fromPlain, plain, text } from '../tree.ts';
import type { Place } from '../source.ts';
import type { MapNode, Plain } from '../tree.ts';

export type { Edit } from '../merge/edits.ts';

/** One of the things that are laid over one another, in order. */
export type Layer =
  | {
      readonly kind: 'file';
      /** Absolute. */
      readonly path: string;
      /** As people know the file: `compose/dev.yaml`. */
      readonly display: string;
      readonly text: string;
    }
  | {
      /** Values that the tool itself sets; relative paths in it count from the project folder. */
      readonly kind: 'tool';
      /** Shown as `set by the tool: LABEL`. */
      readonly label: string;
      readonly value: Readonly<Record<string, unknown>>;
    };

export interface MergeRequest {
  readonly layers: readonly Layer[];
  /** Absolute. Relative paths of all layers count from here, as Compose has it. */
  readonly projectDirectory: string;
  /** Lies below all layers; its relative paths count from a folder of its own, absolute. */
  readonly base?: { readonly layers: readonly Layer[]; readonly directory: string };
  /** Wins over `name:` in the files. */
  readonly projectName?: string;
  /** Variables, those of `.env` included. */
  readonly environment: Readonly<Record<string, string>>;
  /** The lines of environment files that set variables. */
  readonly origins?: ReadonlyMap<string, Place>;
  /** What environment files use and nobody sets, each with its first place. */
  readonly unset?: ReadonlyMap<string, Place>;
  /** Active profiles; `*` for all. */
  readonly profiles: readonly string[];
  /** Services that are named: each runs whatever its profiles are. */
  readonly named?: readonly string[];
  /** False: variables stay as they are written, like `docker compose config --no-interpolate`. */
  readonly interpolate: boolean;
  readonly readFile: ReadFile;
  /** How a file that `extends`, `include` or `env_file` names is shown; its path by default. */
  readonly display?: (path: string) => string;
}

/** A merged document whose every value knows where it comes from. Edits go through this module. */
export interface MergedCompose {
  readonly root: MapNode;
  readonly projectName: string;
  readonly projectDirectory: string;
  /** Those that are active, and those of the services that are named. */
  readonly profiles: readonly string[];
  /** Names of the services that run, as profiles and names have it. */
  readonly enabled: ReadonlySet<string>;
  readonly interpolated: boolean;
  /** Variables from outside that the files read and that are set, with the first place of each. */
  readonly variables: ReadonlyMap<string, Place>;
  /** Variables that are not set and have no default: blank, as in Compose. Each where it is first used. */
  readonly unset: ReadonlyMap<string, Place>;
}

/**
 * Merges layers as Compose merges files: same order, same rules. Fails with everything that is
 * wrong in the first step that finds something wrong, reason `definition`, each with its place.
 */
export function mergeCompose(request: MergeRequest): Result<MergedCompose, readonly Failure[]> {
  const problems = new Problems();
  const display = request.display ?? ((path: string): string => path);
  const inputsOf = (layers: readonly Layer[], directory: string): readonly LayerInput[] =>
    layers.map((layer) => inputOf(layer, directory, problems));
  const { layers: lowest = [], directory = request.projectDirectory } = request.base ?? {};
  const below = inputsOf(lowest, directory);
  const inputs = inputsOf(request.layers, request.projectDirectory);
  if (problems.found()) return fail(problems.all);
  const environment = new Map(Object.entries(request.environment));
  const name = projectName([...below, ...inputs], request, environment, problems);
  if (problems.found() || name === undefined) return fail(problems.all);
  // Without interpolation Compose looks nothing up, not even for `environment: [NAME]`.
  if (!request.interpolate) environment.clear();
  environment.set('COMPOSE_PROJECT_NAME', name);
  const unset = new Map(request.unset);
  const loading: Loading = {
    problems,
    readFile: request.readFile,
    display,
    home: request.environment['HOME'],
    interpolate: request.interpolate,
    folder: request.projectDirectory,
    pathFolder: request.projectDirectory,
    environment,
    variables: new Map(),
    origins: request.origins ?? new Map<string, Place>(),
    onUnset: (variable, at) => {
      if (!unset.has(variable)) unset.set(variable, at);
    },
    included: [],
  };
  // In one folder it is one list of files, as Compose has it.
  const isApart = directory !== request.projectDirectory && below.length > 0;
  const base = isApart
    ? loadModel(below, { ...loading, folder: directory, pathFolder: directory })
    : undefined;
  if (problems.found()) return fail(problems.all);
  const root = loadModel(isApart ? inputs : [...below, ...inputs], loading, base);
  if (problems.found()) return fail(problems.all);
  if (root.entries.size === 0) {
    problems.add('The Compose files are empty', undefined, { cure: 'Add a section: services:' });
    return fail(problems.all);
  }
  hideContents(root);
  const named = child(root, 'name')?.at ?? { tool: 'project name' };
  root.entries.set('name', { key: named, value: text(name, named) });
  const { named: wanted = [] } = request;
  const profiles = profilesWith(root, request.profiles, wanted);
  if (request.interpolate) {
    checkModel(root, profiles, problems);
    if (!problems.found()) resolveEnvironmentFiles(root, profiles, loading);
  }
  if (problems.found()) return fail(problems.all);
  const all = child(root, 'services');
  return ok({
    root,
    projectName: name,
    projectDirectory: request.projectDirectory,
    profiles,
    enabled:
      all?.kind === 'map' ? enabledServices(all, request.profiles, wanted) : new Set<string>(),
    interpolated: request.interpolate,
    variables: loading.variables,
    unset,
  });
}

function inputOf(layer: Layer, projectDirectory: string, problems: Problems): LayerInput {
  if (layer.kind === 'file') {
    const source = { display: layer.display, text: layer.text };
    return textInput(layer.path, source, problems);
  }
  const tree = fromPlain(layer.value, { tool: layer.label });
  if (tree.kind !== 'map') throw new Error('a layer of the tool is a mapping');
  return { kind: 'tree', path: `${projectDirectory}/(${layer.label})`, tree };
}

/** The merged document as plain data, without provenance. */
export function toPlain(merged: MergedCompose): Readonly<Record<string, Plain>> {
  return plain(merged.root) as Readonly<Record<string, Plain>>;
}

/** Names of the services that run, dependencies first. */
export function services(merged: MergedCompose): readonly string[] {
  const node = child(merged.root, 'services');
  if (node?.kind !== 'map') return [];
  return serviceOrder(node).filter((name) => merged.enabled.has(name));
}

/** Services that do not run because their profiles are off, with those. */
export function servicesOff(merged: MergedCompose): ReadonlyMap<string, readonly string[]> {
  const node = child(merged.root, 'services');
  if (node?.kind !== 'map') return new Map();
  const off = [...node.entries].filter(([name]) => !merged.enabled.has(name));
  return new Map(off.map(([name, { value }]) => [name, profilesOf(value)]));
}

/**
 * The document with the tool's own changes, each with `set by the tool: LABEL` as its place and
 * what stood there before in its history. List items are named by index; in a list of `key=value`,
 * by key.
 */
export function applyTool(merged: MergedCompose, edits: readonly Edit[]): MergedCompose {
  return { ...merged, root: applyEdits(merged.root, edits) };
}
