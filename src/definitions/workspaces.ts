import { join, posix, relative } from 'node:path';
import picomatch from 'picomatch';
import { parse } from 'yaml';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type { Files } from '../ports/files.ts';
import { readJson } from '../util/read-json.ts';

/** A repository of several packages with one lockfile: npm, pnpm or Yarn. */
export interface Workspace {
  /** Folder of its root, relative to the project: `.` most often. */
  readonly path: string;
  /** Folders of its packages, relative to the project, sorted; the root is none of them. */
  readonly members: readonly string[];
}

/** Where packages are looked for. */
export interface WorkspacePlace {
  /** Absolute project root, symlinks resolved. */
  readonly root: string;
  readonly files: Pick<Files, 'read' | 'list' | 'isDirectory' | 'exists' | 'realPath'>;
}

/** So deep `**` is followed. */
const DEEPEST = 6;

/** Groups of a package.json that name what its code imports when it runs. */
const RUNTIME_GROUPS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * The workspace that a folder is the root or a package of: the nearest one upwards, inside the project.
 * @param path relative to the project.
 */
export function workspaceOf(path: string, place: WorkspacePlace): Workspace | undefined {
  for (let at = path; ; at = posix.dirname(at)) {
    const workspace = workspaceAt(at, place);
    if (workspace !== undefined && (at === path || workspace.members.includes(path))) {
      return workspace;
    }
    if (at === '.' || at === '') return undefined;
  }
}

/** The workspace whose root a folder is. */
function workspaceAt(path: string, place: WorkspacePlace): Workspace | undefined {
  const patterns = patternsOf(path, place);
  if (patterns.length === 0) return undefined;
  const clean = patterns.map((pattern) =>
    pattern.replace(/^(!?)(?:\.\/)?/, '$1').replace(/\/+$/, ''),
  );
  const without = clean.filter((pattern) => pattern.startsWith('!')).map((one) => one.slice(1));
  const excluded = picomatch(without);
  const found = new Set<string>();
  for (const pattern of clean.filter((one) => !one.startsWith('!'))) {
    const base = picomatch.scan(pattern).base.replace(/\/+$/, '');
    const matches = picomatch(pattern);
    const depth = pattern.includes('**')
      ? DEEPEST
      : pattern.split('/').length - (base === '' ? 0 : base.split('/').length);
    for (const folder of foldersBelow(base, depth, path, place)) {
      if (matches(folder) && !excluded(folder)) found.add(folder);
    }
  }
  const { root, files } = place;
  const members = [...found]
    .map((folder) => posix.join(path, folder))
    .filter((folder) => files.exists(join(root, folder, 'package.json')));
  return { path, members: members.sort() };
}

function patternsOf(path: string, { root, files }: WorkspacePlace): readonly string[] {
  const pnpm = files.read(join(root, path, 'pnpm-workspace.yaml'));
  if (pnpm.ok && pnpm.value !== undefined) return texts(yamlMapping(pnpm.value)['packages']);
  const workspaces = manifestAt(path, { root, files })['workspaces'];
  return texts(isMapping(workspaces) ? workspaces['packages'] : workspaces);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function yamlMapping(text: string): PlainMapping {
  try {
    const value: unknown = parse(text);
    return isMapping(value) ? value : {};
  } catch {
    // Whatever reads it in earnest will tell.
    return {};
  }
}

/** A folder's package.json; empty where there is none that can be read. */
export function manifestAt(
  path: string,
  { root, files }: Pick<WorkspacePlace, 'root' | 'files'>,
): PlainMapping {
  const value = readJson(join(root, path, 'package.json'), files);
  return isMapping(value) ? value : {};
}

/** `base` and the folders below it, relative to the workspace; none that a link leads out of the project. */
function foldersBelow(
  base: string,
  depth: number,
  path: string,
  { root, files }: WorkspacePlace,
): readonly string[] {
  const absolute = join(root, path, base);
  const real = files.realPath(absolute);
  if (real === undefined || relative(root, real).startsWith('..')) return [];
  if (!files.isDirectory(absolute)) return [];
  const below =
    depth <= 0
      ? []
      : files
          .list(absolute)
          .filter((name) => name !== 'node_modules' && !name.startsWith('.'))
          .flatMap((name) =>
            foldersBelow(posix.join(base, name), depth - 1, path, { root, files }),
          );
  return [...(base === '' ? [] : [base]), ...below];
}

/** What a package is called, and which packages it names as its dependencies. */
export interface PackageLinks {
  readonly name: string | undefined;
  readonly dependencies: ReadonlySet<string>;
  /** Those of them that are not for development alone. */
  readonly runtime: ReadonlySet<string>;
}

/** Name and dependencies of the package in a folder; of none where there is no package.json. */
export function packageLinks(
  path: string,
  place: Pick<WorkspacePlace, 'root' | 'files'>,
): PackageLinks {
  const manifest = manifestAt(path, place);
  const { name } = manifest;
  const named = (group: string): readonly string[] => Object.keys(mappingAt(manifest, group));
  const runtime = new Set(RUNTIME_GROUPS.flatMap(named));
  return {
    name: typeof name === 'string' ? name : undefined,
    dependencies: new Set([...runtime, ...named('devDependencies')]),
    runtime,
  };
}
