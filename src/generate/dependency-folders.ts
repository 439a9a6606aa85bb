import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Files } from '../ports/files.ts';

/** In every folder that the tool has filled: what with. A fresh install by hand takes it away. */
export const FILLED_FILE = '.onestack.json';

/** What package managers write of what they have installed, in the folder itself. */
const RECORDS = ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml'];

/** Whose a folder for dependencies in the project is. */
export type DependencyFolder =
  /** Not there, or empty. */
  | { readonly kind: 'free' }
  /** Filled by the tool, with what has this key. */
  | { readonly kind: 'filled'; readonly key: string; readonly contents: string }
  /** By whatever the person ran herself; also where a link is in the way. */
  | { readonly kind: 'own' };

type Look = Pick<Files, 'readBytes' | 'list' | 'stat' | 'realPath'>;

/**
 * Looks at a folder for dependencies, links followed nowhere.
 * @param path absolute.
 */
export function dependencyFolder(path: string, files: Look): DependencyFolder {
  let above = dirname(path);
  while (files.stat(above) === undefined && above !== dirname(above)) above = dirname(above);
  if (files.realPath(above) !== above) return { kind: 'own' };
  const entry = files.stat(path);
  if (entry === undefined) return { kind: 'free' };
  if (entry.kind !== 'directory' || files.realPath(path) !== path) return { kind: 'own' };
  const filled = readFilled(path, files);
  if (filled !== undefined) return { kind: 'filled', ...filled };
  return files.list(path).length === 0 ? { kind: 'free' } : { kind: 'own' };
}

function readFilled(
  path: string,
  files: Look,
): { readonly key: string; readonly contents: string } | undefined {
  const bytes = files.readBytes(join(path, FILLED_FILE));
  if (!bytes.ok || bytes.value === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes.value));
    if (typeof data !== 'object' || data === null) return undefined;
    const { key, contents } = data as Readonly<Record<string, unknown>>;
    return typeof key === 'string' && typeof contents === 'string' ? { key, contents } : undefined;
  } catch {
    return undefined;
  }
}

/** What a filled folder says of itself. */
export function filledText(key: string, path: string, files: Look): string {
  return `${JSON.stringify({ key, contents: contentsOf(path, files) })}\n`;
}

/** Fingerprint of what is installed, as far as its names and the package manager's record tell. */
export function contentsOf(path: string, files: Look): string {
  const hash = createHash('sha256');
  const names = (folder: string): readonly string[] =>
    files.list(folder).filter((name) => !name.startsWith('.'));
  hash.update(JSON.stringify(names(path)));
  for (const name of RECORDS) {
    const bytes = files.readBytes(join(path, name));
    hash.update(`\0${name}\0`).update((bytes.ok && bytes.value) || '');
  }
  // A virtual environment's packages.
  for (const python of names(join(path, 'lib'))) {
    hash.update(JSON.stringify(names(join(path, 'lib', python, 'site-packages'))));
  }
  return hash.digest('hex');
}
