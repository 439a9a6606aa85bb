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
  readonly modules: readonly { readonly path: string; readonly ignore: readonly string[] }[];
}

export interface IgnoreRules {
  /** @param path relative to the project root, `/`-separated; its parents are asked for before it. */
  ignored(path: string, kind: 'file' | 'directory'): boolean;
  /** Whether nobody edits it, whatever the ignore files say: an editor's, or a tool's own. */
  alwaysIgnored(path: string, kind: 'file' | 'directory'): boolean;
}

/**
 * What the watcher does not look at: as git does it, each folder's `.gitignore` over those of its
 * parents; then `.dockerignore` at the root and in module folders, and the modules' own patterns. A
 * folder that is ignored is never entered, so nothing in it can be taken back in.
 */
export function createIgnoreRules({ read, modules }: IgnoreSources): IgnoreRules {
  const fixed = ignore().add([...ALWAYS_IGNORED, ...EDITOR_FILES]);
  const gitignores = new Map<string, Ignore | undefined>();
  const others = new Map<string, Ignore[]>();
  for (const path of ['', ...modules.map((module) => module.path)]) {
    const text = read(posix.join(path, '.dockerignore'));
    if (text !== undefined) add(path, ignore().add(anchored(text)));
  }
  for (const module of modules) add(module.path, ignore().add([...module.ignore]));

  function add(path: string, rules: Ignore): void {
    others.set(path, [...(others.get(path) ?? []), rules]);
  }

  function gitignoreOf(folder: string): Ignore | undefined {
    if (!gitignores.has(folder)) {
      const text = read(posix.join(folder, '.gitignore'));
      gitignores.set(folder, text === undefined ? undefined : ignore().add(text));
    }
    return gitignores.get(folder);
  }

  const alwaysIgnored: IgnoreRules['alwaysIgnored'] = (path, kind) =>
    path !== '' && fixed.ignores(withSlash(path, kind));

  return {
    alwaysIgnored,
    ignored: (path, kind) => {
      if (path === '') return false;
      if (alwaysIgnored(path, kind)) return true;
      let verdict = false;
      // From the root down: what a deeper .gitignore says of the path counts more.
      for (const folder of foldersAbove(path)) {
        const inside = withSlash(posix.relative(folder, path), kind);
        const { ignored, unignored } = gitignoreOf(folder)?.test(inside) ?? {};
        if (ignored === true) verdict = true;
        else if (unignored === true) verdict = false;
      }
      if (verdict) return true;
      return foldersAbove(path).some((folder) =>
        others
          .get(folder)
          ?.some((rules) => rules.ignores(withSlash(posix.relative(folder, path), kind))),
      );
    },
  };
}

const withSlash = (path: string, kind: 'file' | 'directory'): string =>
  kind === 'directory' ? `${path}/` : path;

/** `a/b/c` → ``, `a`, `a/b`. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}

/** Docker's patterns count from the file's own folder, where git's match at any depth. */
function anchored(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const negated = line.startsWith('!');
      const pattern = posix.normalize((negated ? line.slice(1) : line).trim()).replace(/^\/+/, '');
      return `${negated ? '!' : ''}/${pattern}`;
    });
}
