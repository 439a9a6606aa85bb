import { resolve } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { gitFiltered, gitText, type GitWorld } from './git.ts';
import { readSources } from './read-sources.ts';

/** Who has made the commit: the same for everybody, so that the same files are the same commit. */
const NOBODY = {
  GIT_AUTHOR_NAME: 'working tree',
  GIT_AUTHOR_EMAIL: 'nobody@localhost',
  GIT_COMMITTER_NAME: 'working tree',
  GIT_COMMITTER_EMAIL: 'nobody@localhost',
};

/**
 * The project's folder as it is, as a commit on top of the one that is checked out: what git ignores is
 * not in it, what nobody has added yet is. No branch leads to it, and neither git's index nor anything
 * in the folder is touched; git forgets it in time, as it does with what a stash has dropped.
 * @returns its hash; undefined where nothing differs from the commit.
 */
export async function workingTreeCommit(
  root: string,
  world: GitWorld & Pick<World, 'files'>,
): Promise<Result<string | undefined, Failure>> {
  const sources = await readSources(root, world);
  if (!sources.ok) return sources;
  const { commit, committedAtSeconds } = sources.value;
  const place = ['rev-parse', '--git-path', `onestack-index-${crypto.randomUUID()}`];
  const named = await gitText(place, root, world);
  if (!named.ok) return named;
  const index = resolve(root, named.value);
  const date = `${String(committedAtSeconds)} +0000`;
  const own = {
    ...{ ...NOBODY, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    GIT_INDEX_FILE: index,
  };
  try {
    const read = await gitText(['read-tree', commit], root, world, own);
    if (!read.ok) return read;
    const added = await gitFiltered(['add', '--all', '--', '.'], root, world, own);
    if (!added.ok) return fail(added.failure);
    const tree = await gitText(['write-tree'], root, world, own);
    if (!tree.ok) return tree;
    const before = await gitText(['rev-parse', `${commit}^{tree}`], root, world);
    if (!before.ok) return before;
    if (tree.value === before.value) return ok(undefined);
    const argv = ['commit-tree', tree.value, '-p', commit, '-m', 'working tree'];
    return await gitText(argv, root, world, own);
  } finally {
    world.files.remove(index);
  }
}
