import { posix } from 'node:path';
import ignore from 'ignore';
import type { Ignore } from 'ignore';

/** Never looked at, whatever the ignore files say: nobody edits in there by hand. */
const ALWAYS_IGNORED = ['.git', '.hg', '.svn', '.dev', 'node_modules'];

/** What editors leave for a moment while they save. */
const EDITOR_FILES = [
  '4913',
  '*~',
  '.*.sw?',
  '.*.sw??',
  '.#*',
  '\\#*#',
  '*___jb_tmp___',
  '*___jb_old___',
  '.goutputstream-*',
  '*.kate-swp',
  '.DS_Store',
  '.~lock.*#',
];

export interface IgnoreSources {
  /** Text of a file, relative to the project root; undefined when there is none. */
  readonly read: (path: string) => string | undefined;
  /** Modules: their folder and their own patterns, in .gitignore syntax relative to it. */
  readonly modules: readonly {
    readonly name: string;
    readonly path: string;
    readonly ignore: readonly string[];
  }[];
}

export interface IgnoreRules {
  /** @param path relative to the project root, `/`-separated; its parents are asked for before it. */
  ignored(path: string, kind: 'file' | 'directory'): boolean;
  /** What says that it is ignored: `api/.gitignore`; undefined when it is not. */
  ignoredBy(path: string, kind: 'file' | 'directory'): string | undefined;
  /** Whether nobody edits it, whatever the ignore files say: an editor's, or a tool's own. */
  alwaysIgnored(path: string, kind: 'file' | 'directory'): boolean;
}

/**
 * What the watcher does not look at: as git does it, each folder's `.gitignore` over those of its
 * parents; then the modules' own patterns. A folder that is ignored is never entered, so nothing in
 * it can be taken back in. `.dockerignore` says what a build does not need, which people edit all
 * the same: it has no say here.
 */
export function createIgnoreRules({ read, modules }: IgnoreSources): IgnoreRules {
  const fixed = ignore().add([...ALWAYS_IGNORED, ...EDITOR_FILES]);
  const gitignores = new Map<string, Ignore | undefined>();
  const own = modules.map((module) => ({ ...module, rules: ignore().add([...module.ignore]) }));

  function gitignoreOf(folder: string): Ignore | undefined {
    if (!gitignores.has(folder)) {
      const text = read(posix.join(folder, '.gitignore'));
      gitignores.set(folder, text === undefined ? undefined : ignore().add(text));
    }
    return gitignores.get(folder);
  }

  /** Of the folder that was asked about last: most are asked about for each of their files. */
  let last: { readonly folder: string; readonly found: readonly string[] } | undefined;

  /** The folders above a path that have one, from the root down. */
  function gitignoresAbove(path: string): readonly string[] {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (last?.folder !== folder) {
      const found = foldersAbove(path).filter((above) => gitignoreOf(above) !== undefined);
      last = { folder, found };
    }
    return last.found;
  }

  const alwaysIgnored: IgnoreRules['alwaysIgnored'] = (path, kind) =>
    path !== '' && fixed.ignores(withSlash(path, kind));

  /** From the root down: what a deeper .gitignore says of the path counts more. */
  function ignoredByGit(path: string, kind: 'file' | 'directory'): string | undefined {
    let verdict: string | undefined;
    for (const folder of gitignoresAbove(path)) {
      const inside = withSlash(folder === '' ? path : path.slice(folder.length + 1), kind);
      const { ignored, unignored } = gitignoreOf(folder)?.test(inside) ?? {};
      if (ignored === true) verdict = posix.join(folder, '.gitignore');
      else if (unignored === true) verdict = undefined;
    }
    return verdict;
  }

  const ignoredBy: IgnoreRules['ignoredBy'] = (path, kind) => {
    if (path === '') return undefined;
    if (alwaysIgnored(path, kind)) return 'what dev never watches';
    const git = ignoredByGit(path, kind);
    if (git !== undefined) return git;
    if (own.length === 0) return undefined;
    const above = new Set(foldersAbove(path));
    const owner = own.find(
      (module) =>
        above.has(module.path) &&
        module.rules.ignores(withSlash(posix.relative(module.path, path), kind)),
    );
    return owner === undefined ? undefined : `modules.${owner.name} in dev.yaml`;
  };

  return {
    alwaysIgnored,
    ignoredBy,
    ignored: (path, kind) => ignoredBy(path, kind) !== undefined,
  };
}

const withSlash = (path: string, kind: 'file' | 'directory'): string =>
  kind === 'directory' ? `${path}/` : path;

/** `a/b/c` → ``, `a`, `a/b`. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}
