import { dirname, isAbsolute, join, relative } from 'node:path/posix';
import { addEnvironmentFile } from '../read/dotenv-files.ts';
import { readText, textInput } from './loading.ts';
import type { LayerInput, Loader, Loading } from './loading.ts';
import { isRemoteFile } from '../merge/paths.ts';
import type { Place } from '../source.ts';
import { child, isNull, map, sameValue, stringOf } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';

const SECTIONS = ['services', 'volumes', 'networks', 'secrets', 'configs'];

interface Include {
  readonly paths: readonly { readonly path: string; readonly at: Place }[];
  readonly projectDirectory: string | undefined;
  readonly environmentFiles: readonly { readonly path: string; readonly at: Place }[];
}

/** Loads what a document includes, each with its own folder and environment, into the document. */
export function applyIncludes(tree: MapNode, loading: Loading, loader: Loader): void {
  const node = child(tree, 'include');
  if (node === undefined) return;
  if (!isNull(node) && node.kind !== 'list') {
    loading.problems.add('include must be a list', node.at);
    return;
  }
  for (const item of node.kind === 'list' ? node.items : []) {
    const include = readInclude(item, loading);
    if (include === undefined) return;
    const model = loadInclude(include, loading, loader);
    if (model === undefined || loading.problems.found()) return;
    importInto(tree, model, loading);
    if (loading.problems.found()) return;
  }
  tree.entries.delete('include');
}

function readInclude(node: Node, loading: Loading): Include | undefined {
  const single = stringOf(node);
  if (single !== undefined) {
    return {
      paths: [{ path: single, at: node.at }],
      projectDirectory: undefined,
      environmentFiles: [],
    };
  }
  if (node.kind !== 'map') {
    loading.problems.add('An include is a file or a mapping with a path', node.at);
    return undefined;
  }
  const paths = stringsOf(child(node, 'path'));
  const environmentFiles = stringsOf(child(node, 'env_file'));
  const directory = child(node, 'project_directory');
  if (paths === undefined || environmentFiles === undefined) {
    loading.problems.add('An include takes texts, or lists of texts', node.at);
    return undefined;
  }
  const projectDirectory = directory === undefined ? undefined : stringOf(directory);
  return {
    paths,
    environmentFiles,
    projectDirectory: projectDirectory === '' ? undefined : projectDirectory,
  };
}

function stringsOf(node: Node | undefined): { path: string; at: Place }[] | undefined {
  if (node === undefined || isNull(node)) return [];
  const nodes = node.kind === 'list' ? node.items : [node];
  const result: { path: string; at: Place }[] = [];
  for (const item of nodes) {
    const path = stringOf(item);
    if (path === undefined) return undefined;
    result.push({ path, at: item.at });
  }
  return result;
}

function loadInclude(include: Include, loading: Loading, loader: Loader): MapNode | undefined {
  const { problems, folder, display } = loading;
  const inputs: LayerInput[] = [];
  let main: string | undefined;
  for (const { path: name, at } of include.paths) {
    if (isRemoteFile(name)) {
      problems.add(`${name} is not on this machine`, at, {
        why: 'Files from git repositories and registries are not fetched.',
        cure: 'Put a copy of the file into the project.',
      });
      return undefined;
    }
    const path = isAbsolute(name) ? name : join(folder, name);
    if (main === undefined) {
      main = path;
      if (loading.included.includes(path)) {
        const way = [...loading.included, path].map(display).join(' → ');
        problems.add('Files include one another in a circle', at, { why: `${way}.` });
        return undefined;
      }
    }
    const text = readText(path, at, loading);
    if (text === undefined) return undefined;
    inputs.push(textInput(path, { display: display(path), text }, problems));
    if (problems.found()) return undefined;
  }
  const folders = includeFolders(include, main ?? folder, loading);
  const own = includeEnvironment(include, folders.absolute, loading);
  if (own === undefined) return undefined;
  return loader.model(inputs, {
    ...loading,
    folder: folders.absolute,
    pathFolder: folders.relative,
    ...own,
  });
}

/** Where an included model lies: absolute to find files, and as Compose keeps it for paths. */
function includeFolders(
  include: Include,
  main: string,
  loading: Loading,
): { readonly absolute: string; readonly relative: string } {
  const directory = include.projectDirectory;
  const fromHere = (path: string): string => relative(loading.folder, path) || '.';
  if (directory === undefined) {
    return { absolute: dirname(main), relative: fromHere(dirname(main)) };
  }
  if (isAbsolute(directory)) return { absolute: directory, relative: directory };
  const absolute = join(loading.folder, directory);
  return { absolute, relative: fromHere(absolute) };
}

function includeEnvironment(
  include: Include,
  projectDirectory: string,
  loading: Loading,
): Pick<Loading, 'environment' | 'origins'> | undefined {
  const own = new Map<string, string>();
  const origins = new Map<string, Place>();
  if (include.environmentFiles.length === 0) {
    const path = join(projectDirectory, '.env');
    const read = loading.readFile(path);
    if (read.ok && read.value !== undefined) {
      addEnvironmentFile(path, read.value, own, loading, origins);
    }
  }
  for (const { path: name, at } of include.environmentFiles) {
    const path = isAbsolute(name) ? name : join(loading.folder, name);
    const text = readText(path, at, loading);
    if (text === undefined) return undefined;
    addEnvironmentFile(path, text, own, loading, origins);
  }
  if (loading.problems.found()) return undefined;
  // What the project sets already wins, wherever it has it from.
  const { environment } = loading;
  const inside = [...origins].filter(([name]) => !environment.has(name));
  return {
    environment: new Map([...own, ...environment]),
    origins: new Map([...loading.origins, ...inside]),
  };
}

/** Adds the included resources; one that is there already must be the very same. */
function importInto(tree: MapNode, model: MapNode, loading: Loading): void {
  for (const section of SECTIONS) {
    const from = child(model, section);
    if (from?.kind !== 'map') continue;
    let to = child(tree, section);
    if (to === undefined) {
      to = map(from.at);
      tree.entries.set(section, { key: from.at, value: to });
    }
    if (to.kind !== 'map') {
      loading.problems.add(`${section} must be a mapping`, to.at);
      return;
    }
    for (const [name, entry] of from.entries) {
      const present = to.entries.get(name);
      if (present === undefined) {
        to.entries.set(name, entry);
      } else if (!sameValue(present.value, entry.value)) {
        loading.problems.add(
          `${section}.${name} is in an included file too, and differs`,
          present.key,
          {
            why: 'An include adds; it does not override.',
            cure: 'Rename one of the two, or override it in a second path of the include.',
          },
        );
      }
    }
  }
}
