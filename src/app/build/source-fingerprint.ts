import { createHash, type Hash } from 'node:crypto';
import { join, relative } from 'node:path';
import { checkCommand } from '../../checks/check-command.ts';
import type { Module } from '../../model/module.ts';
import type { Files } from '../../ports/files.ts';

/** Folders that hold what tools make, never what people write. */
const NOT_SOURCES = new Set(['node_modules', '.git', '.dev', 'coverage', '__pycache__', 'target']);

interface Walk {
  readonly hash: Hash;
  /** Real path of the project: its containers see nothing beyond it. */
  readonly root: string;
  readonly files: Files;
  /** Paths relative to the module that no person writes: its artifact, its dependencies. */
  readonly made: ReadonlySet<string>;
  /** Real paths of folders that were entered: links may go round in a circle. */
  readonly entered: Set<string>;
}

function addFolder(walk: Walk, folder: string, shown: string): void {
  const { hash, files } = walk;
  const real = files.realPath(folder);
  if (real === undefined || walk.entered.has(real)) return;
  walk.entered.add(real);
  for (const name of files.list(folder)) {
    const path = join(folder, name);
    const relative = shown === '' ? name : `${shown}/${name}`;
    if (NOT_SOURCES.has(name) || walk.made.has(relative) || name.endsWith('.tsbuildinfo')) continue;
    const target = files.linkTarget(path);
    if (target !== undefined && leadsOut(path, walk)) {
      hash.update(`${relative}\0${target}\0`);
      continue;
    }
    if (files.isDirectory(path)) {
      addFolder(walk, path, relative);
      continue;
    }
    const bytes = files.readBytes(path);
    // A file that cannot be read is not one that a compiler could have read either.
    if (!bytes.ok || bytes.value === undefined) continue;
    hash.update(`${relative}\0${String(bytes.value.length)}\0`).update(bytes.value);
  }
}

/** Whether a link leads out of the project: to the rest of the machine, however much that is. */
function leadsOut(path: string, { root, files }: Pick<Walk, 'root' | 'files'>): boolean {
  const real = files.realPath(path);
  return real !== undefined && real !== root && !real.startsWith(`${root}/`);
}

/**
 * Fingerprint of what a module's compile reads: its own files without its artifact, its compile
 * command, its base image, and the fingerprints of the modules that it uses.
 */
export function sourceFingerprint(
  root: string,
  module: Module,
  used: readonly string[],
  files: Files,
): string {
  const compile = module.checks.find(({ kind }) => kind === 'compile');
  const command = compile?.environment === undefined ? compile?.run : checkCommand(compile);
  const hash = createHash('sha256').update(JSON.stringify([command, module.image, used]));
  const { install } = module;
  const installed = install?.workspace === undefined ? (install?.directories ?? []) : [];
  const made = new Set([...module.artifact, ...installed]);
  const real = files.realPath(root) ?? root;
  addFolder({ hash, root: real, files, made, entered: new Set() }, join(root, module.path), '');
  return hash.digest('hex');
}

/** Of a module what it makes, relative to where it lies. */
export type Artifact = Pick<Module, 'path' | 'artifact'>;

/**
 * What tells whether a module's artifact is still the one that a compile left: the session, or a
 * person in a shell, compiles other sources into it. Empty where there is none.
 */
export function artifactStamp(root: string, module: Artifact, files: Files): string {
  return ofArtifact(root, module, files, (path) => String(files.modifiedMs(path)));
}

/** The same of its contents, wherever it lies. What compilers note down for themselves is no part of them. */
export function artifactDigest(root: string, module: Artifact, files: Files): string {
  return ofArtifact(root, module, files, (path) => {
    if (path.endsWith('.tsbuildinfo')) return '';
    const digest = files.digest(path);
    return digest.ok ? (digest.value ?? '') : '';
  });
}

function ofArtifact(
  root: string,
  module: Artifact,
  files: Files,
  markOf: (path: string) => string,
): string {
  const hash = createHash('sha256');
  const entered = new Set<string>();
  const real = files.realPath(root) ?? root;
  const add = (path: string): void => {
    const target = files.linkTarget(path);
    if (target !== undefined && leadsOut(path, { root: real, files })) {
      hash.update(`${relative(root, path)}\0${target}\0`);
      return;
    }
    if (!files.isDirectory(path)) {
      hash.update(`${relative(root, path)}\0${markOf(path)}\0`);
      return;
    }
    const folder = files.realPath(path);
    if (folder === undefined || entered.has(folder)) return;
    entered.add(folder);
    for (const name of files.list(path)) add(join(path, name));
  };
  for (const path of module.artifact) add(join(root, module.path, path));
  return module.artifact.length === 0 ? '' : hash.digest('hex');
}
