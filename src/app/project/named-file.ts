import { dirname } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';

/**
 * Why a file that a person names cannot be made, seen before anything is done for it: its folder is not
 * there.
 * @param path absolute.
 */
export function noFolderFor(path: string, { files }: Pick<World, 'files'>): Failure | undefined {
  const folder = dirname(path);
  if (files.isDirectory(folder)) return undefined;
  const why = files.exists(folder) ? `${folder} is no folder` : `there is no folder ${folder}`;
  const cure = files.exists(folder) ? 'Name a file elsewhere' : `mkdir -p ${folder}`;
  return { reason: 'files', what: `cannot write ${path}`, why, cure };
}
