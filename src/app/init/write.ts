import { dirname, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Files } from '../../ports/files.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { ProposedFile } from './files.ts';

/** What there was before a file was written. */
interface Before {
  readonly path: string;
  readonly text: string | undefined;
  readonly mode: number | undefined;
}

/** The folders of a path that are not there yet, the innermost first. */
function missingFolders(root: string, path: string, files: Files): readonly string[] {
  const missing: string[] = [];
  for (let at = dirname(path); at !== root && !files.exists(at); at = dirname(at)) missing.push(at);
  return missing;
}

/**
 * Writes all of the files or none: what was written is taken back when one cannot be. Nothing is
 * written through a link, and nothing over a file that is there.
 */
export function writeAll(
  root: string,
  proposed: readonly ProposedFile[],
  files: Files,
): Result<void, Failure> {
  const own = files.confined(root);
  const done: Before[] = [];
  const made: string[] = [];
  const failed = (failure: Failure): Result<void, Failure> => {
    for (const { path, text, mode } of done.toReversed()) {
      if (text === undefined) own.remove(path);
      else own.writeAtomic(path, text, { ...(mode !== undefined && { mode }) });
    }
    for (const folder of made) if (own.list(folder).length === 0) own.remove(folder);
    return fail({ ...failure, why: failure.why ?? 'nothing of it was kept' });
  };
  // The project begins with its dev.yaml: that is the last.
  const ordered = [...proposed].sort((a, b) => rank(a) - rank(b));
  for (const { path: shown, action, text, mode } of ordered) {
    const path = join(root, shown);
    const before = own.read(path);
    if (!before.ok) return failed(before.failure);
    if (action === 'create' && (before.value !== undefined || own.stat(path) !== undefined)) {
      return failed({ reason: 'files', what: `${shown} is there by now`, cure: 'dev init' });
    }
    const folders = missingFolders(root, path, own);
    if (folders.length > 0) {
      const ready = own.makeDirectory(dirname(path));
      if (!ready.ok) return failed(ready.failure);
      made.unshift(...folders);
    }
    const kept = action === 'append' ? (before.value ?? '') : '';
    const written = own.writeAtomic(path, kept + text, {
      ...(mode !== undefined && { mode }),
    });
    if (!written.ok) return failed(written.failure);
    done.push({ path, text: before.value, mode: own.mode(path) });
  }
  return ok(undefined);
}

const rank = ({ path }: ProposedFile): number => (path === 'dev.yaml' ? 1 : 0);
