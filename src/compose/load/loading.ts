import type { Failure } from '../../events/failure.ts';
import type { Result } from '../../util/result.ts';
import type { ResetMark } from '../merge/reset.ts';
import type { Problems } from '../problems.ts';
import type { RawNode } from '../read/raw-node.ts';
import { readDocuments } from '../read/raw.ts';
import type { Place, Source } from '../source.ts';
import type { MapNode } from '../tree.ts';

/** Text of a file; undefined when there is none. */
export type ReadFile = (path: string) => Result<string | undefined, Failure>;

/** What one file of the list is: text to parse, or a tree that is already there. */
export type LayerInput =
  | {
      readonly kind: 'text';
      readonly path: string;
      readonly source: Source;
      readonly documents: readonly RawNode[];
    }
  | { readonly kind: 'tree'; readonly path: string; readonly tree: MapNode };

/** Parses a file; what is wrong with it goes to the problems. */
export function textInput(path: string, source: Source, problems: Problems): LayerInput {
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

/** What a variable holds; where it was read first is remembered. */
export function readVariable(name: string, at: Place, loading: Loading): string | undefined {
  const value = loading.environment.get(name);
  if (value !== undefined && !loading.variables.has(name)) loading.variables.set(name, at);
  return value;
}

/** Which steps a file goes through; a base of `extends` skips some, as does what the tool adds. */
export interface Steps {
  /** What the tool adds has no variables: its `$` are a path's, or shell text of `dev.yaml`. */
  readonly interpolate: boolean;
  readonly extends: boolean;
  readonly include: boolean;
  readonly validate: boolean;
}

/** A file laid over others, and what of it takes values of them away. */
export interface LaidFile {
  readonly merged: MapNode;
  readonly marks: readonly ResetMark[];
}

/** How files that a file names are loaded; `extends` and `include` are given it. */
export interface Loader {
  /** Lays one file, of one or more documents, over what the files before it made. */
  file(input: LayerInput, merged: MapNode, loading: Loading, steps: Steps): LaidFile;
  /** Merges a list of files, sets defaults and resolves paths. */
  model(inputs: readonly LayerInput[], loading: Loading): MapNode;
}

/** The text of a file that another one names; a problem at `at` when there is none. */
export function readText(path: string, at: Place, loading: Loading): string | undefined {
  const read = loading.readFile(path);
  if (!read.ok) {
    loading.problems.add(read.failure.what, at, read.failure);
    return undefined;
  }
  if (read.value === undefined) {
    loading.problems.add(`There is no file ${loading.display(path)}`, at);
    return undefined;
  }
  return read.value;
}
