import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { World } from '../../ports/world.ts';
import { envExamples } from '../../release/env-examples.ts';
import type { Sources } from '../../release/sources.ts';
import { ok, type Result } from '../../util/result.ts';

/**
 * Makes files of variables of their examples where a commit is laid out: what is in no commit is on no
 * other machine either, and a definition that names it is none without.
 */
export function layExamples(
  sources: Pick<Sources, 'files'>,
  folder: string,
  { files }: Pick<World, 'files'>,
  report: Report,
): Result<void, Failure> {
  for (const { path, example } of envExamples(sources)) {
    if (files.exists(join(folder, path))) continue;
    const bytes = files.readBytes(join(folder, example));
    if (!bytes.ok) return bytes;
    if (bytes.value === undefined) continue;
    const written = files.writeAtomic(join(folder, path), bytes.value, { flush: false });
    if (!written.ok) return written;
    const text = `${path} is in no commit: services have what ${example} says here`;
    report({ kind: 'note', level: 'info', text });
  }
  return ok(undefined);
}
