import { posix } from 'node:path';
import type { FoundModule } from './found.ts';
import { lockfilesAbove } from './node.ts';
import type { Repository } from './repository.ts';

/** Folders of modules that several package managers have locked: one counts, the others are not read. */
export function lockfileNotes(
  modules: readonly FoundModule[],
  repository: Repository,
): readonly string[] {
  const notes = modules.flatMap(({ path, image }): readonly string[] => {
    const found = image === 'node' ? lockfilesAbove(path, repository) : undefined;
    const [first, ...others] = found?.lockfiles ?? [];
    if (found === undefined || first === undefined || others.length === 0) return [];
    const inFolder = (name: string): string => posix.join(found.folder, name);
    const rest = others.map(({ lockfile }) => inFolder(lockfile)).join(' and ');
    return [
      `${first.manager} installs, by ${inFolder(first.lockfile)}; ${rest} is not read: remove what nobody uses, or name the other with "packageManager" in ${inFolder('package.json')}`,
    ];
  });
  return [...new Set(notes)];
}
