import { join } from 'node:path';
import { compareSnapshots, takeSnapshot, type Change } from '../../compose/write/diff.ts';
import type { MergedCompose } from '../../compose/load/merge.ts';
import { LAST_APPLIED_FILE, readSnapshot, writeSnapshot } from '../../compose/write/snapshot.ts';
import type { Failure } from '../../events/failure.ts';
import type { Files } from '../../ports/files.ts';
import { ok, type Result } from '../../util/result.ts';

function snapshotPath(devDirectory: string): string {
  return join(devDirectory, 'state', LAST_APPLIED_FILE);
}

/**
 * What differs between a merged document and the one that `dev up` applied last.
 * @returns undefined when nothing was applied yet, or nothing is known of it.
 */
export function changesSinceApplied(
  merged: MergedCompose,
  devDirectory: string,
  files: Pick<Files, 'read'>,
): Result<readonly Change[] | undefined, Failure> {
  const text = files.read(snapshotPath(devDirectory));
  if (!text.ok) return text;
  const before = text.value === undefined ? undefined : readSnapshot(text.value);
  return ok(before && compareSnapshots(before, takeSnapshot(merged)));
}

/** Remembers a merged document as the one that runs. */
export function rememberApplied(
  merged: MergedCompose,
  devDirectory: string,
  files: Pick<Files, 'makeDirectory' | 'writeAtomic'>,
): Result<void, Failure> {
  const made = files.makeDirectory(join(devDirectory, 'state'), { mode: 0o700 });
  if (!made.ok) return made;
  const text = writeSnapshot(takeSnapshot(merged));
  return files.writeAtomic(snapshotPath(devDirectory), text, { mode: 0o600 });
}
