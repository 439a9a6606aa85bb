import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { writeState } from '../../generate/state-file.ts';
import type { Files } from '../../ports/files.ts';
import { ok, type Result } from '../../util/result.ts';

/** `.dev/state/selection.json`: the services that were brought up by name; none: all of them. */
function selectionPath(devDirectory: string): string {
  return join(devDirectory, 'state/selection.json');
}

/**
 * The services that the running environment is made of, so that an edit of the definition brings no
 * others up. Empty: all.
 */
export function readSelection(devDirectory: string, files: Pick<Files, 'read'>): readonly string[] {
  const text = files.read(selectionPath(devDirectory));
  if (!text.ok || text.value === undefined) return [];
  try {
    const names: unknown = JSON.parse(text.value);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    // A damaged file counts as none: everything belongs to the environment.
    return [];
  }
}

/** After `dev up [SERVICE…]`: what was named comes to what was named before; no name means all. */
export function rememberSelection(
  services: readonly string[],
  devDirectory: string,
  files: Files,
): Result<void, Failure> {
  const path = selectionPath(devDirectory);
  const before = readSelection(devDirectory, files);
  const isAll = services.length === 0 || (before.length === 0 && files.exists(path));
  const names = isAll ? [] : [...new Set([...before, ...services])].sort();
  const isSame = files.exists(path) && names.join() === before.join();
  return isSame ? ok(undefined) : writeState(path, names, files);
}

/** After `dev down`: nothing runs, so nothing is selected. */
export function forgetSelection(devDirectory: string, files: Files): Result<void, Failure> {
  return files.remove(selectionPath(devDirectory));
}
