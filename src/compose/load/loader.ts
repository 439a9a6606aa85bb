import type { Failure } from '../../events/failure.ts';
import type { Result } from '../../util/result.ts';
import { canonical } from '../merge/canonical.ts';
import { setDefaults } from '../merge/defaults.ts';
import { applyExtends } from './extends.ts';
import { applyIncludes } from './include.ts';
import { interpolate } from '../read/interpolate.ts';
import { checkObjects } from '../check/objects.ts';
import { overlay } from '../merge/overlay.ts';
import { resolvePaths } from '../merge/paths.ts';
import type { Problems } from '../problems.ts';
import { readDocuments } from '../read/raw.ts';
import { applyResets, resolveResets } from '../merge/reset.ts';
import type { RawNode } from '../read/raw-node.ts';
import type { ResetMark } from '../merge/reset.ts';
import { resolveFromEnvironment } from '../read/resolve-environment.ts';
import type { Place, Source } from '../source.ts';
import { map } from '../tree.ts';
import type { MapNode } from '../tree.ts';
import { typed } from '../read/typed.ts';
import { enforceUnique } from '../merge/unique.ts';
import { validate } from '../check/validate.ts';

/** Text of a file; undefined when there is none. */
export type ReadFile = (path: string) => Result<string | undefined, Failure>;

/** What one file of the list is: text to parse, or a tree that is already there. */
export type Input =
  | {
      readonly kind: 'text';
      readonly path: string;
      readonly source: Source;
      readonly documents: readonly RawNode[];
    }
  | { readonly kind: 'tree'; readonly path: string; readonly tree: MapNode };

/** Parses a file; what is wrong with it goes to the problems. */
export function textInput(path: string, source: Source, problems: Problems): Input {
  return { kind: 'text', path, source, documents: readDocuments(source, problems) ?? [] };
}

/** What the steps of loading share. */
export interface Loading {
  readonly problems: Problems;
  readonly readFile: ReadFile;
  /** How a path is shown to people. */
  readonly display: (path: string) => string;
  readonly home: string | undefined;
  readonly interpolate: boolean;
  /** Where relative files of `extends` and `include` lie: absolute. */
  readonly folder: string;
  /** What is relative to what: absolute for the files of the call, relative for included ones. */
  readonly pathFolder: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Variables that were read and are set, with the first place of each. Filled while loading. */
  readonly variables: Map<string, Place>;
  /** The lines of environment files that set variables. */
  readonly origins: ReadonlyMap<string, Place>;
  readonly onUnset: (name: string, at: Place) => void;
  /** Included files on the way here. */
  readonly included: readonly string[];
}

/** Which steps a file goes through; a base of `extends` skips some, as does what the tool adds. */
/** What a variable holds; where it was read first is remembered. */
export function readVariable(name: string, at: Place, loading: Loading): string | undefined {
  const value = loading.environment.get(name);
  if (value !== undefined && !loading.variables.has(name)) loading.variables.set(name, at);
  return value;
}

export interface Steps {
  /** What the tool adds has no variables: its `$` are a path's, or shell text of `dev.yaml`. */
  readonly interpolate: boolean;
  readonly extends: boolean;
  readonly include: boolean;
  readonly validate: boolean;
}

const ALL: Steps = { interpolate: true, extends: true, include: true, validate: true };

/**
 * Merges a list of files, sets defaults and resolves paths. The tree is right if no problem came.
 * @param base a model that is complete already, to lay the files over.
 */
export function loadModel(
  inputs: readonly Input[],
  loading: Loading,
  base: MapNode = map({ tool: 'merging' }),
): MapNode {
  let merged = base;
  for (const input of inputs) {
    merged = loadFile(input, merged, loading, ALL).merged;
    if (loading.problems.found()) return merged;
  }
  setDefaults(merged);
  checkObjects(merged, loading.problems);
  if (loading.problems.found()) return merged;
  resolvePaths(merged, { ...loading, folder: loading.pathFolder });
  resolveFromEnvironment(merged, (name, at) => readVariable(name, at, loading));
  return merged;
}

/** Lays one file, of one or more documents, over what the files before it made. */
export function loadFile(
  input: Input,
  merged: MapNode,
  loading: Loading,
  steps: Steps,
): { readonly merged: MapNode; readonly marks: readonly ResetMark[] } {
  if (input.kind === 'tree') {
    const own = { ...steps, interpolate: false };
    return { merged: layDocument(input.path, input.tree, [], merged, loading, own), marks: [] };
  }
  const { problems } = loading;
  let result = merged;
  let marks: readonly ResetMark[] = [];
  for (const document of input.documents) {
    const resolved = resolveResets(document, input.source, problems);
    if (resolved === undefined) break;
    const tree = typed(resolved.root, input.source, problems);
    if (problems.found()) break;
    if (tree.kind !== 'map') {
      problems.add('A Compose file must be a mapping', tree.at, {
        cure: 'Start with a section: services:',
      });
      break;
    }
    marks = resolved.marks;
    result = layDocument(input.path, tree, marks, result, loading, steps);
    if (problems.found()) break;
  }
  return { merged: result, marks };
}

function layDocument(
  path: string,
  tree: MapNode,
  marks: readonly ResetMark[],
  merged: MapNode,
  loading: Loading,
  steps: Steps,
): MapNode {
  const { problems } = loading;
  if (loading.interpolate && steps.interpolate) {
    const { origins, onUnset } = loading;
    const variables = {
      lookup: (name: string, at: Place) => readVariable(name, at, loading),
      origin: (name: string) => origins.get(name),
      onUnset,
    };
    interpolate(tree, variables, problems);
    if (problems.found()) return merged;
  }
  if (steps.extends) applyExtends(path, tree, marks, loading);
  if (problems.found()) return merged;
  applyResets(merged, marks);
  if (steps.include) {
    applyIncludes(tree, { ...loading, included: [...loading.included, path] });
    if (problems.found()) return merged;
  }
  const result = overlay(merged, tree, problems);
  enforceUnique(result, problems);
  if (problems.found()) return result;
  if (steps.validate) {
    validate(result, problems);
    result.entries.delete('version');
    if (problems.found()) return result;
  }
  canonical(result, problems, !loading.interpolate);
  if (!problems.found()) enforceUnique(result, problems);
  return result;
}
