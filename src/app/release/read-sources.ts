import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { submodulesOf, type Sources, type TreeEntry } from '../../release/sources.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { gitFiltered, gitText, type GitWorld } from './git.ts';

/** `100644 blob 0a1b…\tapi/src/main.ts`, separated by NUL; of the index `100644 0a1b… 0\t…`. */
function parseTree(text: string): readonly TreeEntry[] {
  return text.split('\0').flatMap((line) => {
    const match = /^(\d{6}) (?:\w+ )?([0-9a-f]{40,64})(?: \d)?\t(.+)$/s.exec(line);
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
 * What a commit holds of a project, if not said otherwise the one that is checked out. Nothing of the
 * working tree: what is not committed is not there.
 */
export async function readSources(
  root: string,
  world: GitWorld,
  which = 'HEAD',
): Promise<Result<Sources, Failure>> {
  const prefix = await prefixOf(root, world);
  if (!prefix.ok) return prefix;
  const head = await gitText(['log', '-1', '--format=%H %ct', which, '--'], root, world);
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

/**
 * Files that differ from the commit, for a word to the person. A submodule is looked at as the
 * repository that it is: what its configuration names is not run, either.
 * @param within the project's folder, when the rest of the repository does not matter: what nobody
 *   has added there yet, and nothing ignores, differs too.
 */
export async function uncommitted(
  directory: string,
  world: GitWorld,
  within?: '.',
): Promise<Result<readonly string[], Failure>> {
  const untracked = within === undefined ? 'no' : 'normal';
  const args = [
    ...['status', '--porcelain', '-z', '--no-renames'],
    ...[`--untracked-files=${untracked}`, '--ignore-submodules=dirty'],
  ];
  const paths = within === undefined ? [] : ['--', within];
  const status = await gitFiltered([...args, ...paths], directory, world);
  if (!status.ok) return status;
  const changed = status.value.split('\0').flatMap((line) => (line === '' ? [] : [line.slice(3)]));
  const submodules = await changedSubmodules(directory, world);
  return submodules.ok ? ok([...changed, ...submodules.value]) : submodules;
}

async function changedSubmodules(
  directory: string,
  world: GitWorld,
): Promise<Result<readonly string[], Failure>> {
  const top = await gitText(['rev-parse', '--show-toplevel'], directory, world);
  if (!top.ok) return top;
  const index = await gitText(['ls-files', '--stage', '-z'], top.value, world);
  if (!index.ok) return index;
  const changed: string[] = [];
  for (const path of submodulesOf({ files: parseTree(index.value) })) {
    const folder = join(top.value, path);
    const own = await gitText(['rev-parse', '--show-toplevel'], folder, world);
    // One that was never checked out is a part of the repository around it.
    if (!own.ok || own.value !== folder) continue;
    const inside = await uncommitted(folder, world);
    if (!inside.ok) return inside;
    if (inside.value.length > 0) changed.push(path);
  }
  return ok(changed);
}
