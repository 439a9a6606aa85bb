import type { Failure } from '../../events/failure.ts';
import type { Sources, TreeEntry } from '../../release/sources.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { gitText, type GitWorld } from './git.ts';

/** `100644 blob 0a1b…\tapi/src/main.ts`, separated by NUL. */
function parseTree(text: string): readonly TreeEntry[] {
  return text.split('\0').flatMap((line) => {
    const match = /^(\d{6}) \w+ ([0-9a-f]{40,64})\t(.+)$/s.exec(line);
    if (match === null) return [];
    const [, mode = '', hash = '', path = ''] = match;
    return [{ mode, hash, path }];
  });
}

/** The project's folder within its repository: `` or `examples/shop/`. */
function prefixOf(root: string, world: GitWorld): Promise<Result<string, Failure>> {
  return gitText(['rev-parse', '--show-prefix'], root, world);
}

/**
 * What the commit that is checked out holds of a project. Nothing of the working tree: what is not
 * committed is not there.
 */
export async function readSources(
  root: string,
  world: GitWorld,
): Promise<Result<Sources, Failure>> {
  const prefix = await prefixOf(root, world);
  if (!prefix.ok) return prefix;
  const head = await gitText(['log', '-1', '--format=%H %ct'], root, world);
  if (!head.ok) {
    return fail({
      reason: 'usage',
      what: `${root} has no commit yet`,
      why: 'what goes to production is what a commit holds',
      cure: 'git commit',
    });
  }
  const [commit = '', time = ''] = head.value.split(' ');
  const treeish = prefix.value === '' ? commit : `${commit}:${prefix.value.replace(/\/$/, '')}`;
  const tree = await gitText(['ls-tree', '-r', '-z', '--full-tree', treeish], root, world);
  if (!tree.ok) {
    return fail({
      reason: 'usage',
      what: `the commit ${commit.slice(0, 7)} holds nothing of ${root}`,
      cure: 'git add, and git commit',
    });
  }
  return ok({ commit, committedAtSeconds: Number(time), files: parseTree(tree.value) });
}

/** Files of the project that differ from the commit, for a word to the person. */
export async function uncommitted(
  root: string,
  world: GitWorld,
): Promise<Result<readonly string[], Failure>> {
  const args = ['status', '--porcelain', '--untracked-files=no', '-z', '--', '.'];
  const status = await gitText(args, root, world);
  if (!status.ok) return status;
  return ok(status.value.split('\0').flatMap((line) => (line === '' ? [] : [line.slice(3)])));
}
