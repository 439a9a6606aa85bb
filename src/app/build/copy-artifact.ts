import { dirname, join } from 'node:path';
import type { Files } from '../../ports/files.ts';
import type { Artifact } from './source-fingerprint.ts';

/** What takes longer to copy, file by file, than most things take to compile. */
const MAX_FILES = 5_000;
const MAX_BYTES = 256 * 1024 * 1024;

interface Found {
  /** Relative to the project. */
  readonly path: string;
  /** Permission bits; undefined for a folder. */
  readonly mode: number | undefined;
  readonly bytes: number;
}

/** All that lies at a path; undefined where something is neither a file nor a folder, or is not there. */
function filesAt(root: string, path: string, files: Files): readonly Found[] | undefined {
  const stat = files.stat(join(root, path));
  if (stat?.kind === 'file') return [{ path, mode: stat.mode & 0o777, bytes: stat.bytes }];
  if (stat?.kind !== 'directory') return undefined;
  const inside = files.list(join(root, path)).map((name) => filesAt(root, join(path, name), files));
  if (inside.includes(undefined)) return undefined;
  return [{ path, mode: undefined, bytes: 0 }, ...inside.flatMap((found) => found ?? [])];
}

/**
 * Copies a module's artifact out of another worktree. Code in containers writes to both: no link is
 * followed out of either.
 * @param from,to project folders: absolute, symlinks resolved.
 * @returns false where it cannot be copied: it has links, or too much in it. Then something may have been.
 */
export function copyArtifact(
  { path: folder, artifact }: Artifact,
  from: string,
  to: string,
  files: Files,
): boolean {
  const all: Found[] = [];
  for (const one of artifact) {
    const found = filesAt(from, join(folder, one), files);
    if (found === undefined) return false;
    all.push(...found);
  }
  const bytes = all.reduce((sum, found) => sum + found.bytes, 0);
  if (all.length > MAX_FILES || bytes > MAX_BYTES) return false;
  const [source, target] = [files.confined(from), files.confined(to)];
  return all.every(({ path, mode }) => {
    if (mode === undefined) return target.makeDirectory(join(to, path)).ok;
    const read = source.readBytes(join(from, path));
    if (!read.ok || read.value === undefined) return false;
    if (!target.makeDirectory(dirname(join(to, path))).ok) return false;
    return target.writeAtomic(join(to, path), read.value, { mode, flush: false }).ok;
  });
}
