import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import { submodulesOf, type Sources } from '../../release/sources.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { gitFailure, gitFiltered, type GitWorld } from './git.ts';

const ARCHIVE = '.export.tar';

/**
 * Lays the files of a commit into an empty folder, as `git archive` gives them: without history, without
 * what is not committed, without what `export-ignore` takes out. Whoever builds there finds nothing
 * of this machine.
 * @param from `paths`: these files and folders alone, from the project's folder.
 */
export async function exportSources(
  sources: Sources,
  from: { readonly root: string; readonly folder: string; readonly paths?: readonly string[] },
  world: GitWorld & Pick<World, 'files'>,
): Promise<Result<void, Failure>> {
  const [submodule] = submodulesOf(sources);
  if (submodule !== undefined) {
    return fail({
      reason: 'usage',
      what: `${submodule} is a git submodule: its files are in no export of this commit`,
      why: 'a build from it would not be the build of this commit alone',
      cure: 'put the files into the repository (git subtree), or make it a dependency',
    });
  }
  const made = world.files.makeDirectory(from.folder);
  if (!made.ok) return made;
  const archive = join(from.folder, ARCHIVE);
  // In a folder of the repository git gives that folder alone, its paths relative to it.
  const args = ['archive', '--format=tar', `--output=${archive}`, sources.commit];
  if (from.paths !== undefined && from.paths.length > 0) args.push('--', ...from.paths);
  const written = await gitFiltered(args, from.root, world);
  if (!written.ok) return written;
  // Links that lead out are made last by tar, and nothing is written through them.
  const argv = ['tar', '--extract', '--file', archive, '--directory', from.folder];
  const unpacked = await world.processes.run(argv);
  if (unpacked.status !== 0) return fail(gitFailure(unpacked, from.folder));
  const removed = world.files.remove(archive);
  return removed.ok ? ok(undefined) : removed;
}
