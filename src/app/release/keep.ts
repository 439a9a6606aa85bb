import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { APP_DIRECTORY } from '../../model/module.ts';
import type {
  ArtifactKind,
  PackSource,
  StoredArtifact,
  StoredBlob,
} from '../../ports/artifact-store.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { PipelineRun } from './run.ts';

/** A folder of an image as archives have it. */
export function inArchive(directory: string): string {
  return directory.replace(/^\//, '');
}

/** Packs files of the run: of the commit's time, whenever they were made. */
export function packSources(
  run: PipelineRun,
  sources: readonly PackSource[],
): Promise<Result<StoredBlob, Failure>> {
  return run.store.pack(sources, { mtimeSeconds: run.sources.committedAtSeconds });
}

/** Remembers what a step has made, under the hash of all that went into it. */
export async function keep(
  run: PipelineRun,
  what: { readonly key: string; readonly kind: ArtifactKind; readonly name: string },
  made: { readonly blob: Result<StoredBlob, Failure>; readonly startedMs: number },
): Promise<Result<void, Failure>> {
  if (!made.blob.ok) return made.blob;
  const { clock } = run.world;
  return run.store.save({
    ...what,
    blob: made.blob.value,
    commit: run.sources.commit,
    madeAtMs: clock.now(),
    tookMs: clock.steady() - made.startedMs,
  });
}

/** Unpacks what is below the image's application folder into a workspace. */
export async function unpackInto(
  folder: string,
  artifact: StoredArtifact,
  run: PipelineRun,
): Promise<Result<void, Failure>> {
  const { blob, name } = artifact;
  const sound = await run.store.verifyArtifact(artifact);
  if (!sound.ok) return sound;
  const root = inArchive(APP_DIRECTORY).split('/').length;
  const finished = await run.world.processes.run([
    ...['tar', '--extract', '--file', join(run.store.blobDirectory, blob.digest)],
    ...['--directory', folder, `--strip-components=${String(root)}`],
  ]);
  if (finished.status === 0) return ok(undefined);
  const what = `what ${name} made could not be unpacked`;
  return fail({ reason: 'files', what, why: finished.stderr.trim() });
}
