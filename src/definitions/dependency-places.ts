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
 * An install by its lockfile, as the package manager's own files have it: into the folder that its
 * configuration names, and by the words that the version knows which wrote the lockfile.
 * @param folder absolute: the lockfile's.
 */
export function withOwnWay(
  install: Install | undefined,
  folder: string,
  files: Pick<Files, 'read'>,
): Install | undefined {
  if (install === undefined) return undefined;
  if (install.lockfiles[0] === 'yarn.lock' && isBerry(folder, files)) {
    if (isPlugAndPlay(folder, files)) return { ...install, run: REFUSED, production: REFUSED };
    return { ...install, run: BERRY_INSTALL, production: BERRY_PRODUCTION };
  }
  const moved = movedFolder(install, folder, files);
  if (moved === undefined) return install;
  const directories = install.directories.map((one) => (one === 'node_modules' ? moved : one));
  return { ...install, directories };
}

/** Yarn 2 and later: what it installs for production alone is a command of its own. */
const BERRY_INSTALL = 'yarn install --immutable';
const BERRY_PRODUCTION = 'yarn workspaces focus --all --production';

/**
 * Yarn would fill its cache first, then fail at the mounted folder that it wants to remove (EBUSY), or leave
 * a pipeline's later steps without packages. What this prints is known to `installTrouble`.
 */
const REFUSED = 'echo "Yarn Plug\'n\'Play: no node_modules" >&2; exit 1';

/** Whether the lockfile is of Yarn 2 or later: Yarn 1 writes no such part. */
function isBerry(folder: string, files: Pick<Files, 'read'>): boolean {
  const lockfile = files.read(join(folder, 'yarn.lock'));
  return lockfile.ok && /^__metadata:/m.test(lockfile.value ?? '');
}

/**
 * Whether Yarn is told, or left, to have packages without a folder of packages (Plug'n'Play).
 * @param folder absolute: the lockfile's.
 */
export function isPlugAndPlay(folder: string, files: Pick<Files, 'read'>): boolean {
  if (!isBerry(folder, files)) return false;
  const settings = files.read(join(folder, '.yarnrc.yml'));
  const text = (settings.ok && settings.value) || '';
  return !/^nodeLinker:[ \t]*["']?(?:node-modules|pnpm)\b/m.test(text);
}
