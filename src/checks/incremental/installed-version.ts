import { dirname, join } from 'node:path';
import { isMapping } from '../../model/plain.ts';
import type { ToolFacts } from './tool-plan.ts';
import { readJson } from '../../util/read-json.ts';

/** The folder itself and all that it lies in, up to the project's root; relative to it. */
export function upwards(path: string): readonly string[] {
  const folder = path === '' ? '.' : path;
  return folder === '.' ? ['.'] : [folder, ...upwards(dirname(folder))];
}

/**
 * The version of a package as Node finds it from a folder; undefined where it is not in the project,
 * or cannot be read from the host.
 * @param path of the folder, relative to the root.
 */
export function installedVersion(
  name: string,
  path: string,
  { root, files }: Pick<ToolFacts, 'root' | 'files'>,
): string | undefined {
  for (const folder of upwards(path)) {
    const manifest = readJson(join(root, folder, 'node_modules', name, 'package.json'), files);
    const version = isMapping(manifest) ? manifest['version'] : undefined;
    if (typeof version === 'string') return version;
  }
  return undefined;
}
