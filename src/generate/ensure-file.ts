import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { PRIVATE_FILE } from './private-folder.ts';

/**
 * Makes sure that a file has this text and mode. Writes only where something differs.
 * @returns whether it was written.
 */
export function ensureFile(
  files: Pick<Files, 'read' | 'mode' | 'writeAtomic'>,
  path: string,
  text: string,
  mode = PRIVATE_FILE,
): Result<boolean, Failure> {
  const current = files.read(path);
  if (current.ok && current.value === text && files.mode(path) === mode) return ok(false);
  const written = files.writeAtomic(path, text, { mode });
  return written.ok ? ok(true) : fail(written.failure);
}
