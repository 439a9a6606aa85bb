import { dirname } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { ensurePrivate } from '../../generate/private-folder.ts';
import { privateFolders, type Places } from '../../model/places.ts';
import type { World } from '../../ports/world.ts';
import type { Result } from '../../util/result.ts';

/** Makes sure that the folders of an instance are there, and the person's alone. */
export function ensureInstanceFolders(
  places: Places,
  { files, host }: Pick<World, 'files' | 'host'>,
): Result<void, Failure> {
  const own = [...privateFolders(places), dirname(places.sockets), places.sockets];
  return ensurePrivate(own, files, host.uid);
}
