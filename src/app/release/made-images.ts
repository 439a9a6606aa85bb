import { dirname, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { DeliveryPlaces } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';
import type { Result } from '../../util/result.ts';
import type { PipelineRun } from './run.ts';

/** One file an image, called by its reference. */
const FOLDER = 'images';

/**
 * Remembers that an image is this folder's, before it is made: what another folder made is not taken
 * away with this one.
 */
export function recordImage(
  { folder, world }: Pick<PipelineRun, 'folder' | 'world'>,
  reference: string,
): Result<void, Failure> {
  const place = join(dirname(dirname(folder)), FOLDER);
  const made = world.files.makeDirectory(place);
  if (!made.ok) return made;
  return world.files.writeAtomic(join(place, encodeURIComponent(reference)), '', { flush: false });
}

/** References of the images that runs of this folder made; some may be gone. */
export function madeImages(
  { folder }: Pick<DeliveryPlaces, 'folder'>,
  files: Pick<Files, 'list'>,
): readonly string[] {
  return files.list(join(folder, FOLDER)).map((name) => decodeURIComponent(name));
}
