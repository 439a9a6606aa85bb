import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { fragmentProblems } from '../../images/fragment.ts';
import type { Module } from '../../model/module.ts';
import type { Files } from '../../ports/files.ts';
import { pathIn } from '../../release/keys.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/**
 * The lines that modules add to their images, by module, from the commit as it is laid out; what is wrong
 * with them is told before anything is built.
 * @param src the folder of the commit.
 */
export function readFragments(
  modules: readonly Module[],
  src: string,
  files: Pick<Files, 'confined' | 'realPath'>,
): Result<ReadonlyMap<string, string>, readonly Failure[]> {
  const fragments = new Map<string, string>();
  const failures: Failure[] = [];
  const within = files.confined(files.realPath(src) ?? src);
  for (const module of modules) {
    if (module.dockerfile === undefined) continue;
    const path = pathIn(module, module.dockerfile);
    const text = within.read(join(files.realPath(src) ?? src, path));
    if (!text.ok) failures.push(text.failure);
    else if (text.value === undefined) {
      const what = `the commit has no ${path}`;
      const why = `modules.${module.name}.dockerfile names it`;
      failures.push({ reason: 'definition', what, why, cure: 'git add it, and commit' });
    } else {
      for (const { line, what, cure } of fragmentProblems(text.value)) {
        const written = text.value.split(/\r?\n/)[line - 1];
        const at = { file: path, line, column: 1, ...(written !== undefined && { text: written }) };
        failures.push({ reason: 'definition', what, cure, at });
      }
      fragments.set(module.name, text.value);
    }
  }
  return failures.length === 0 ? ok(fragments) : fail(failures);
}
