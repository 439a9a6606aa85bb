import { isAbsolute } from 'node:path';

/** Whether a normalized path leads out of the folder that it is relative to. */
export function leaves(path: string): boolean {
  return path === '..' || path.startsWith('../') || isAbsolute(path);
}
