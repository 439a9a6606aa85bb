import { join, posix } from 'node:path';
import type { Files } from '../ports/files.ts';
import { createIgnoreRules } from '../watch/ignore-rules.ts';

/** A stranger's repository, as far as it may be looked at: what git would commit, no link followed. */
export interface Repository {
  /** Absolute, symlinks resolved. */
  readonly root: string;
  readonly files: Files;
  /** Regular files, relative to the root, `/`-separated, sorted within their folder. */
  readonly paths: readonly string[];
  /** There is more than was looked at. */
  readonly isCut: boolean;
  has(path: string): boolean;
  /** Text of a regular file of ordinary size; undefined for anything else. */
  read(path: string): string | undefined;
  /** Names of files (not folders) in a folder. */
  names(folder: string): readonly string[];
}

/** So many entries are looked at, and so deep. */
const MOST_ENTRIES = 200_000;
const DEEPEST = 16;
/** Nobody writes a manifest that is larger. */
const LARGEST_BYTES = 1024 * 1024;

const IGNORE_FILE = '.gitignore';

/** What is made by tools, and which many forget to tell git. */
const NEVER = new Set(['node_modules', '.git', '.venv', 'venv', '__pycache__', 'vendor', '.dev']);

/** Lists a repository. Changes nothing, waits for nothing: pipes and devices are passed over. */
export function scanRepository(root: string, files: Files): Repository {
  const readText = (path: string): string | undefined => {
    const stat = files.stat(join(root, path));
    if (stat?.kind !== 'file' || stat.bytes > LARGEST_BYTES) return undefined;
    const text = files.read(join(root, path));
    return text.ok ? text.value : undefined;
  };
  // Most folders have none: they are known before anything in them is asked for.
  const ignoreFiles = new Set<string>();
  const readIgnore = (path: string): string | undefined =>
    ignoreFiles.has(path) ? readText(path) : undefined;
  const rules = createIgnoreRules({ read: readIgnore, modules: [] });
  const paths: string[] = [];
  const byFolder = new Map<string, string[]>();
  let left = MOST_ENTRIES;
  let isCut = false;
  const visit = (folder: string, depth: number): void => {
    const entries = files.entries(join(root, folder));
    if (entries.some(({ name }) => name === IGNORE_FILE)) {
      ignoreFiles.add(posix.join(folder, IGNORE_FILE));
    }
    for (const { name, kind } of entries) {
      left -= 1;
      if (left < 0 || depth > DEEPEST) {
        isCut = true;
        return;
      }
      const path = folder === '' ? name : `${folder}/${name}`;
      if (kind === 'directory') {
        if (!NEVER.has(name) && !rules.ignored(path, 'directory')) visit(path, depth + 1);
      } else if (kind === 'file' && !rules.ignored(path, 'file')) {
        paths.push(path);
        const names = byFolder.get(folder);
        if (names === undefined) byFolder.set(folder, [name]);
        else names.push(name);
      }
    }
  };
  visit('', 0);
  const there = new Set(paths);
  return {
    root,
    files,
    paths,
    isCut,
    has: (path) => there.has(posix.normalize(path)),
    read: (path) =>
      there.has(posix.normalize(path)) ? readText(posix.normalize(path)) : undefined,
    names: (folder) => byFolder.get(folder === '.' ? '' : folder) ?? [],
  };
}
