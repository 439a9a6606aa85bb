import { compareSnapshots, documentSnapshot, type Change } from '../../compose/write/diff.ts';
import type { MergedCompose } from '../../compose/load/merge.ts';
import { readSnapshot, writeSnapshot } from '../../compose/write/snapshot.ts';
import type { Failure } from '../../events/failure.ts';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';
import { ok, type Result } from '../../util/result.ts';

/**
 * What differs between a merged document and the one that `dev up` applied last.
 * @returns undefined when nothing was applied yet, or nothing is known of it.
 */
export function changesSinceApplied(
  merged: MergedCompose,
  { lastApplied, root }: Pick<Places, 'lastApplied' | 'root'>,
  files: Pick<Files, 'read'>,
): Result<readonly Change[] | undefined, Failure> {
  const text = files.read(lastApplied);
  if (!text.ok) return text;
  const before = text.value === undefined ? undefined : readSnapshot(text.value);
  return ok(before && compareSnapshots(before, documentSnapshot(merged, root)));
}

/** Remembers a merged document as the one that runs. */
export function rememberApplied(
  merged: MergedCompose,
  { lastApplied, root }: Pick<Places, 'lastApplied' | 'root'>,
  files: Pick<Files, 'writeAtomic'>,
): Result<void, Failure> {
  const text = writeSnapshot(documentSnapshot(merged, root));
  return files.writeAtomic(lastApplied, text, { mode: 0o600 });
}
