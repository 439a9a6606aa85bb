import { join, posix } from 'node:path';
import type { Install } from '../model/module.ts';
import type { Files } from '../ports/files.ts';

/** Files in which package managers are told another folder than `node_modules`, by lockfile. */
const PLACES: Readonly<Record<string, readonly (readonly [string, RegExp])[]>> = {
  'pnpm-lock.yaml': [
    ['.npmrc', /^[ \t]*modules-dir[ \t]*=[ \t]*["']?([^"'\s#;]+)/m],
    ['pnpm-workspace.yaml', /^modulesDir:[ \t]*["']?([^"'\s#]+)/m],
  ],
  'yarn.lock': [['.yarnrc', /^--(?:install\.)?modules-folder[ \t]+["']?([^"'\s]+)/m]],
};

/** The folder below the lockfile's that packages are put into; undefined: the usual one. */
function movedFolder(
  { lockfiles }: Install,
  folder: string,
  files: Pick<Files, 'read'>,
): string | undefined {
  for (const [name, pattern] of PLACES[lockfiles[0] ?? ''] ?? []) {
    const text = files.read(join(folder, name));
    const written = text.ok ? pattern.exec(text.value ?? '')?.[1] : undefined;
    if (written === undefined) continue;
    const path = posix.normalize(written).replace(/\/+$/, '');
    // Outside of the folder it would be a place that others use, too.
    if (!path.startsWith('..') && !path.startsWith('/') && path !== '.') return path;
  }
  return undefined;
}

/**
 * An install by its lockfile, with the folder that the package manager's own configuration names.
 * @param folder absolute: the lockfile's.
 */
export function withMovedFolder(
  install: Install | undefined,
  folder: string,
  files: Pick<Files, 'read'>,
): Install | undefined {
  const moved = install && movedFolder(install, folder, files);
  if (install === undefined || moved === undefined) return install;
  const directories = install.directories.map((one) => (one === 'node_modules' ? moved : one));
  return { ...install, directories };
}

/**
 * Whether Yarn is told, or left, to have packages without a folder of packages (Plug'n'Play).
 * @param folder absolute: the lockfile's.
 */
export function isPlugAndPlay(folder: string, files: Pick<Files, 'read'>): boolean {
  const lockfile = files.read(join(folder, 'yarn.lock'));
  // Yarn 1, which has none of it, writes no such part.
  if (!lockfile.ok || !/^__metadata:/m.test(lockfile.value ?? '')) return false;
  const settings = files.read(join(folder, '.yarnrc.yml'));
  const text = (settings.ok && settings.value) || '';
  return !/^nodeLinker:[ \t]*["']?(?:node-modules|pnpm)\b/m.test(text);
}
