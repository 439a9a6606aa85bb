import { join } from 'node:path';
import { defaultInstall, nodeLockfiles, packageManagerOf } from '../model/default-install.ts';
import type { Install } from '../model/module.ts';
import type { Files } from '../ports/files.ts';
import { withOwnWay } from './dependency-places.ts';
import { withNamedFiles } from './install-files.ts';

/**
 * How what a folder locks is installed. Where several package managers have a lockfile in it, its
 * package.json says whose counts.
 * @param folder absolute.
 * @returns undefined where nothing is locked.
 */
export function lockedInstall(
  folder: string,
  image: string,
  files: Pick<Files, 'read' | 'list' | 'exists' | 'isDirectory'>,
): Install | undefined {
  const names = files.list(folder);
  const manifest =
    nodeLockfiles(names).length > 1 ? files.read(join(folder, 'package.json')) : undefined;
  const manager = manifest?.ok === true ? packageManagerOf(manifest.value ?? '') : undefined;
  const install = withOwnWay(defaultInstall(names, image, manager), folder, files);
  return install && withNamedFiles(install, folder, files);
}
