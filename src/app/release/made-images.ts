import { dirname, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { DeliveryPlaces } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';
import { isCandidate } from '../../release/candidates.ts';
import type { TriedImage } from '../../release/pipeline-plan.ts';
import { ok, type Result } from '../../util/result.ts';
import type { PipelineRun } from './run.ts';

/** One file an image, called by its reference. */
const FOLDER = 'images';

type Recorder = Pick<PipelineRun, 'folder' | 'world'>;

const placeOf = ({ folder }: Pick<Recorder, 'folder'>): string =>
  join(dirname(dirname(folder)), FOLDER);

/**
 * Remembers that an image is this folder's, before it is made: what another folder made is not taken
 * away with this one.
 */
export function recordImage(run: Recorder, reference: string): Result<void, Failure> {
  const { files } = run.world;
  const made = files.makeDirectory(placeOf(run));
  if (!made.ok) return made;
  return files.writeAtomic(join(placeOf(run), encodeURIComponent(reference)), '', { flush: false });
}

/** References of the images that runs of this folder made; some may be gone. */
export function madeImages(
  { folder }: Pick<DeliveryPlaces, 'folder'>,
  files: Pick<Files, 'list'>,
): readonly string[] {
  return files.list(join(folder, FOLDER)).map((name) => decodeURIComponent(name));
}

/** Gives images that were tried their names, and takes away what was only a candidate, older ones too. */
export async function nameImages(
  run: Recorder,
  images: readonly TriedImage[],
): Promise<Result<void, Failure>> {
  const { files } = run.world;
  const engine = await run.world.engine();
  for (const { current, reference } of images) {
    if (current === reference) continue;
    const recorded = recordImage(run, reference);
    if (!recorded.ok) return recorded;
    const tagged = await engine.tagImage(current, reference);
    if (!tagged.ok) return tagged;
  }
  const recorded = files.list(placeOf(run));
  const candidates = recorded.filter((name) => isCandidate(decodeURIComponent(name)));
  if (candidates.length === 0) return ok(undefined);
  // Those that are gone already, or that somebody runs, are no reason to fail.
  const names = candidates.map((name) => decodeURIComponent(name));
  await Promise.all(names.map((name) => engine.removeImage(name)));
  for (const name of candidates) files.remove(join(placeOf(run), name));
  return ok(undefined);
}
