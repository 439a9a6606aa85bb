import { join, posix } from 'node:path';
import { lockfilesOf, type Module } from '../../model/module.ts';
import { lockedPackages } from '../../release/locked.ts';
import type { LockedPackage } from '../../release/locked-package.ts';
import { exportFolder, type PipelineRun } from './run.ts';

/** What one lockfile holds. */
export interface LockedFile {
  /** Relative to the project root. */
  readonly lockfile: string;
  readonly packages: readonly LockedPackage[];
}

/** What a module's own lockfiles hold; manifests and those that cannot be read are left out. */
export function lockedOf(run: PipelineRun, module: Module): readonly LockedFile[] {
  const texts = lockfilesOf(module).flatMap((path) => {
    const read = run.world.files.read(join(exportFolder(run), path));
    return read.ok && read.value !== undefined ? [{ path, text: read.value }] : [];
  });
  const manifests = texts.filter(({ path }) => posix.basename(path) === 'package.json');
  return texts.flatMap(({ path, text }) => {
    const packages = lockedPackages(
      path,
      text,
      manifests.map((one) => one.text),
    );
    return packages === undefined ? [] : [{ lockfile: path, packages }];
  });
}
