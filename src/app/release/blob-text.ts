import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { StoredBlob } from '../../ports/artifact-store.ts';
import type { Result } from '../../util/result.ts';
import type { PipelineRun } from './run.ts';

/** What the store keeps as text, when its bytes are those that were kept; undefined where it is gone. */
export async function blobText(
  {
    store,
    world,
  }: Pick<PipelineRun, 'store'> & { readonly world: Pick<PipelineRun['world'], 'files'> },
  blob: StoredBlob,
): Promise<Result<string | undefined, Failure>> {
  const sound = await store.verify(blob);
  return sound.ok ? world.files.read(join(store.blobDirectory, blob.digest)) : sound;
}
