/** What a changed file is about. */
export type FileTopic =
  | { readonly kind: 'module'; readonly module: string }
  /** A lockfile or manifest that keys a module's dependencies: they are installed again. */
  | { readonly kind: 'lockfile'; readonly module: string }
  /** dev.yaml, settings, compose/, profiles/, base-images/, tools-container/, .env, Compose files */
  | { readonly kind: 'definition' }
  /** A file that says what is watched: the watch is set up anew. */
  | { readonly kind: 'ignore-file' }
  | { readonly kind: 'none' };

export interface ScopeModule {
  readonly name: string;
  /** Relative to the project root. */
  readonly path: string;
  /** Relative to the project root, like the folder: a workspace's lie above its modules. */
  readonly lockfiles: readonly string[];
}

const DEFINITION_FILES =
  /^(?:dev\.yaml|dev\.settings\.yaml|\.env|(?:docker-)?compose(?:\.override)?\.ya?ml)$/;
const DEFINITION_FOLDERS = ['compose', 'profiles', 'base-images', 'tools-container'];

export interface WatchScope {
  /** Whether a folder has to be entered: it holds, is, or lies in something of interest. */
  enters(path: string): boolean;
  /** Whether it is a file or folder of the definition, which counts whether git has it or not. */
  defines(path: string): boolean;
  /** Every topic of a changed file; a lockfile is also its module's. */
  topics(path: string): readonly FileTopic[];
}

/**
 * What of the repository is of interest. Paths are relative to the project root.
 * @param files of the definition, beyond those of the usual names.
 */
export function createWatchScope(
  modules: readonly ScopeModule[],
  files: readonly string[] = [],
): WatchScope {
  const lockfiles = modules.flatMap((module) => module.lockfiles);
  const folders = modules.map((module) => module.path);
  const roots = [...folders, ...DEFINITION_FOLDERS, ...files, ...lockfiles];
  const defines = (path: string): boolean =>
    DEFINITION_FILES.test(path) ||
    files.includes(path) ||
    DEFINITION_FOLDERS.some((root) => lies(path, root));
  return {
    defines,
    enters: (path) => path === '' || roots.some((root) => lies(root, path) || lies(path, root)),
    topics: (path) => {
      const topics: FileTopic[] = [];
      const owner = ownerOf(modules, path);
      if (isIgnoreFile(path)) topics.push({ kind: 'ignore-file' });
      if (defines(path)) topics.push({ kind: 'definition' });
      for (const { name } of modules.filter((module) => module.lockfiles.includes(path))) {
        topics.push({ kind: 'lockfile', module: name });
      }
      if (owner !== undefined) topics.push({ kind: 'module', module: owner.name });
      return topics.length === 0 ? [{ kind: 'none' }] : topics;
    },
  };
}

/** The module that a file belongs to: where one lies inside another, the inner one. */
function ownerOf(modules: readonly ScopeModule[], path: string): ScopeModule | undefined {
  return modules
    .filter((module) => lies(path, module.path))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
}

function isIgnoreFile(path: string): boolean {
  return /(?:^|\/)\.(?:git|docker)ignore$/.test(path);
}

/** Whether `path` is `root` or lies in it. A module may be the whole project (``, `.`). */
function lies(path: string, root: string): boolean {
  return root === '' || root === '.' || path === root || path.startsWith(`${root}/`);
}
