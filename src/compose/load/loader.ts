import { toLongForms } from '../merge/canonical.ts';
import { setDefaults } from '../merge/defaults.ts';
import { applyExtends } from './extends.ts';
import { applyIncludes } from './include.ts';
import { readVariable } from './loading.ts';
import type { LayerInput, LaidFile, Loader, Loading, Steps } from './loading.ts';
import { interpolate } from '../read/interpolate.ts';
import { checkObjects } from '../check/objects.ts';
import { overlay } from '../merge/overlay.ts';
import { resolvePaths } from '../merge/paths.ts';
import { applyResets, resolveResets } from '../merge/reset.ts';
import type { ResetMark } from '../merge/reset.ts';
import { SettledParts } from '../merge/settled.ts';
import { resolveFromEnvironment } from '../read/resolve-environment.ts';
import type { Place } from '../source.ts';
import { map } from '../tree.ts';
import type { MapNode } from '../tree.ts';
import { typed } from '../read/typed.ts';
import { enforceUnique } from '../merge/unique.ts';
import { checkSchema } from '../check/validate.ts';

const LOADER: Loader = { file: loadFile, model: loadModel };

const ALL: Steps = { interpolate: true, extends: true, include: true, validate: true };

/**
 * Merges a list of files, sets defaults and resolves paths. The tree is right if no problem came.
 * @param base a model that is complete already, to lay the files over.
 */
export function loadModel(
  inputs: readonly LayerInput[],
  loading: Loading,
  base: MapNode = map({ tool: 'merging' }),
): MapNode {
  let merged = base;
  const settled = new SettledParts();
  for (const input of inputs) {
    merged = layFile(input, merged, { loading, steps: ALL, settled }).merged;
    if (loading.problems.found()) return merged;
  }
  setDefaults(merged);
  checkObjects(merged, loading.problems);
  if (loading.problems.found()) return merged;
  resolvePaths(merged, { ...loading, folder: loading.pathFolder });
  resolveFromEnvironment(merged, (name, at) => readVariable(name, at, loading));
  return merged;
}

function loadFile(input: LayerInput, merged: MapNode, loading: Loading, steps: Steps): LaidFile {
  return layFile(input, merged, { loading, steps, settled: new SettledParts() });
}

interface Laying {
  readonly loading: Loading;
  readonly steps: Steps;
  /** Of what the files before made. */
  readonly settled: SettledParts;
}

function layFile(input: LayerInput, merged: MapNode, laying: Laying): LaidFile {
  if (input.kind === 'tree') {
    const own = { ...laying, steps: { ...laying.steps, interpolate: false } };
    return { merged: layDocument(input.path, input.tree, [], merged, own), marks: [] };
  }
  const { problems } = laying.loading;
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
    result = layDocument(input.path, tree, marks, result, laying);
    if (problems.found()) break;
  }
  return { merged: result, marks };
}

function layDocument(
  path: string,
  tree: MapNode,
  marks: readonly ResetMark[],
  merged: MapNode,
  { loading, steps, settled }: Laying,
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
  if (steps.extends) applyExtends(path, tree, marks, { loading, loader: LOADER });
  if (problems.found()) return merged;
  applyResets(merged, marks);
  if (marks.length > 0) settled.forget();
  if (steps.include) {
    applyIncludes(tree, { ...loading, included: [...loading.included, path] }, LOADER);
    if (problems.found()) return merged;
  }
  const result = overlay(merged, tree, problems, settled);
  enforceUnique(result, problems, { settled, phase: 'before' });
  if (problems.found()) return result;
  if (steps.validate) {
    checkSchema(result, problems, settled);
    result.entries.delete('version');
    if (problems.found()) return result;
  }
  toLongForms(result, problems, !loading.interpolate, settled);
  if (problems.found()) return result;
  enforceUnique(result, problems, { settled, phase: 'after' });
  if (!problems.found()) settled.passed(result);
  return result;
}
