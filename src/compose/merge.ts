import { basename } from 'node:path/posix';
import type { Failure } from '../events/failure.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { resolveEnvironmentFiles } from './env-files.ts';
import type { Input, Loading, ReadFile } from './loader.ts';
import { loadModel, textInput } from './loader.ts';
import { checkModel } from './model-check.ts';
import { dependencyOrder } from './order.ts';
import { isEnabled } from './profiles.ts';
import { Problems } from './problems.ts';
import { normalizeName, projectName } from './project-name.ts';
import { hideContents } from './resolve-environment.ts';
import { chain, child, fromPlain, map, plain, setKey, text } from './tree.ts';
import type { MapNode, Node, Plain } from './tree.ts';

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
  /** Wins over `name:` in the files. */
  readonly projectName?: string;
  /** Variables, those of `.env` included. */
  readonly environment: Readonly<Record<string, string>>;
  /** Active profiles; `*` for all. */
  readonly profiles: readonly string[];
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
  readonly profiles: readonly string[];
  readonly interpolated: boolean;
}

/**
 * Merges layers as Compose merges files: same order, same rules. Fails with everything that is
 * wrong in the first step that finds something wrong, reason `definition`, each with its place.
 */
export function mergeCompose(request: MergeRequest): Result<MergedCompose, readonly Failure[]> {
  const problems = new Problems();
  const display = request.display ?? ((path: string): string => path);
  const inputs = request.layers.map((layer) => inputOf(layer, request.projectDirectory, problems));
  if (problems.found()) return fail(problems.all);
  const environment = new Map(Object.entries(request.environment));
  const name = projectName(inputs, request, environment, problems);
  if (problems.found() || name === undefined) return fail(problems.all);
  environment.set('COMPOSE_PROJECT_NAME', name);
  const loading: Loading = {
    problems,
    readFile: request.readFile,
    display,
    home: request.environment['HOME'],
    interpolate: request.interpolate,
    folder: request.projectDirectory,
    pathFolder: request.projectDirectory,
    environment,
    included: [],
  };
  const root = loadModel(inputs, loading);
  if (problems.found()) return fail(problems.all);
  if (root.entries.size === 0) {
    problems.add('The Compose files are empty', undefined, { cure: 'Add a section: services:' });
    return fail(problems.all);
  }
  hideContents(root);
  const named = child(root, 'name')?.at ?? { tool: 'project name' };
  root.entries.set('name', { key: named, value: text(name, named) });
  if (request.interpolate) {
    checkModel(root, request.profiles, problems);
    if (!problems.found()) resolveEnvironmentFiles(root, request.profiles, loading);
  }
  if (problems.found()) return fail(problems.all);
  return ok({
    root,
    projectName: name,
    projectDirectory: request.projectDirectory,
    profiles: request.profiles,
    interpolated: request.interpolate,
  });
}

function inputOf(layer: Layer, projectDirectory: string, problems: Problems): Input {
  if (layer.kind === 'file') {
    const source = { display: layer.display, text: layer.text };
    return textInput(layer.path, source, problems);
  }
  const tree = fromPlain(layer.value, { tool: layer.label });
  if (tree.kind !== 'map') throw new Error('a layer of the tool is a mapping');
  return { kind: 'tree', path: `${projectDirectory}/(${layer.label})`, tree };
}

/** The project name that Compose would take from a folder. */
export function nameOfFolder(directory: string): string {
  return normalizeName(basename(directory));
}

/** The merged document as plain data, without provenance. */
export function toPlain(merged: MergedCompose): Readonly<Record<string, Plain>> {
  return plain(merged.root) as Readonly<Record<string, Plain>>;
}

/** Names of the services whose profile is active, dependencies first. */
export function services(merged: MergedCompose): readonly string[] {
  const node = child(merged.root, 'services');
  if (node?.kind !== 'map') return [];
  return dependencyOrder(node).filter((name) => {
    const service = node.entries.get(name)?.value;
    return service !== undefined && isEnabled(service, merged.profiles);
  });
}

/** One change that the tool makes to a merged document. */
export type Edit =
  | {
      readonly kind: 'set';
      readonly path: readonly string[];
      readonly value: unknown;
      readonly label: string;
    }
  | { readonly kind: 'remove'; readonly path: readonly string[]; readonly label: string };

/**
 * The document with the tool's own changes, each with `set by the tool: LABEL` as its place and
 * what stood there before in its history. List items are named by index.
 */
export function applyTool(merged: MergedCompose, edits: readonly Edit[]): MergedCompose {
  let { root } = merged;
  for (const edit of edits) root = edited(root, edit.path, edit) as MapNode;
  return { ...merged, root };
}

export function setValue(
  merged: MergedCompose,
  path: readonly string[],
  value: unknown,
  label: string,
): MergedCompose {
  return applyTool(merged, [{ kind: 'set', path, value, label }]);
}

export function removeValue(
  merged: MergedCompose,
  path: readonly string[],
  label: string,
): MergedCompose {
  return applyTool(merged, [{ kind: 'remove', path, label }]);
}

/** Copies the nodes on the way down and leaves the rest shared. */
function edited(node: Node, path: readonly string[], edit: Edit): Node {
  const [key, ...rest] = path;
  const by = { tool: edit.label };
  if (key === undefined) {
    if (edit.kind === 'remove') throw new Error('an edit needs a path');
    const value = fromPlain(edit.value, by);
    chain(value, node);
    return value;
  }
  if (node.kind === 'list') {
    const items = [...node.items];
    const index = Number(key);
    const present = items[index];
    if (present === undefined) throw new Error(`no list item ${key} to edit`);
    if (edit.kind === 'remove' && rest.length === 0) items.splice(index, 1);
    else items[index] = edited(present, rest, edit);
    return { ...node, items };
  }
  const target: MapNode = node.kind === 'map' ? copy(node) : map(by);
  const entry = target.entries.get(key);
  if (edit.kind === 'remove' && rest.length === 0) {
    if (entry === undefined) return target;
    target.removed = new Map(target.removed).set(key, { value: entry.value, by });
    target.entries.delete(key);
  } else if (entry === undefined) {
    if (edit.kind === 'set') setKey(target, key, edited(map(by), rest, edit), by);
    const made = target.entries.get(key)?.value;
    // The mapping that only served as a start is no part of the history.
    if (rest.length === 0 && made?.over?.kind === 'map' && made.over.entries.size === 0) {
      delete made.over;
    }
  } else {
    target.entries.set(key, { key: entry.key, value: edited(entry.value, rest, edit) });
  }
  return target;
}

function copy(node: MapNode): MapNode {
  return { ...node, entries: new Map(node.entries) };
}
