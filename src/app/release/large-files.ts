import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Finished } from '../../ports/processes.ts';
import type { World } from '../../ports/world.ts';
import { isLfsPointer, LARGEST_POINTER, lfsPaths } from '../../release/lfs.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { gitFailure } from './git.ts';

/**
 * Refuses an export that has pointers where git-lfs has the contents: images would be made of them, and be found
 * again by whoever has the contents.
 * @param attributes asks git for the filters of these paths, each with a NUL behind it.
 */
export async function missingContents(
  attributes: (paths: string) => Promise<Finished>,
  { folder, paths }: { readonly folder: string; readonly paths: readonly string[] },
  { files }: Pick<World, 'files'>,
): Promise<Result<void, Failure>> {
  const asked = await attributes(paths.map((path) => `${path}\0`).join(''));
  if (asked.status !== 0) return fail(gitFailure(asked, folder));
  const pointers = lfsPaths(asked.stdout).filter((path) => {
    const place = join(folder, path);
    const there = files.stat(place);
    if (there?.kind !== 'file' || there.bytes > LARGEST_POINTER) return false;
    const text = files.read(place);
    return text.ok && isLfsPointer(text.value ?? '');
  });
  const [first, ...others] = pointers;
  if (first === undefined) return ok(undefined);
  const more = others.length === 0 ? '' : `, and ${String(others.length)} more like it`;
  return fail({
    reason: 'host',
    what: `${first} is a pointer of git-lfs here, not its contents${more}`,
    why: 'git-lfs is not installed on this machine, or has not fetched them; images would be made of pointers',
    cure: 'Install git-lfs, then: git lfs install, and git lfs pull; in a CI service, have it clone with LFS',
  });
}
