import type { Failure } from '../../events/failure.ts';
import { comparesCommits, type Gates } from '../../model/gates.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { changedLines, type ChangedLines } from '../../release/gates/changed-lines.ts';
import type { Sources } from '../../release/sources.ts';
import { git, gitFailure, gitText, type GitWorld } from './git.ts';

interface Place {
  /** The project's folder. */
  readonly root: string;
  readonly sources: Pick<Sources, 'commit'>;
}

/** Where changes go to, in the order in which they are looked for. */
const MAIN_LINES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];

/**
 * The commit that this one is compared with, where a gate counts changed lines: where it left the main
 * line, and on the main line itself the one before it.
 */
export async function gateBase(
  { root, sources: { commit } }: Place,
  gates: Gates,
  world: GitWorld,
): Promise<Result<string | undefined, Failure>> {
  if (![...gates.values()].some(comparesCommits)) {
    return ok(undefined);
  }
  let onMainLine = false;
  for (const line of MAIN_LINES) {
    const left = await git(['merge-base', commit, line], root, world);
    const base = left.stdout.trim();
    if (left.status === 0 && base !== commit) return ok(base);
    onMainLine = left.status === 0;
    if (onMainLine) break;
  }
  const shallow = await gitText(['rev-parse', '--is-shallow-repository'], root, world);
  if (!shallow.ok) return shallow;
  const isShallow = shallow.value === 'true';
  // The commit before one of a branch is not where that left the main line.
  if (onMainLine || !isShallow) {
    const before = await git(['rev-parse', '--verify', '--quiet', `${commit}^1`], root, world);
    if (before.status === 0) return ok(before.stdout.trim());
  }
  // The first commit changes all. Of an empty tree git knows without having it, by the repository's own hash.
  if (!isShallow) return gitText(['hash-object', '-t', 'tree', '/dev/null'], root, world);
  return fail({
    reason: 'usage',
    what: 'this clone is shallow: it does not hold what the commit is compared with',
    why: 'a gate counts changed lines or new problems',
    cure: 'git fetch --unshallow; in a CI service, have it clone all of the history',
  });
}

/** Lines that differ from the base, by file from the project's folder. Nothing that git would start is. */
export async function changedSince(
  base: string,
  { root, sources: { commit } }: Place,
  world: GitWorld,
): Promise<Result<ChangedLines, Failure>> {
  const how = ['--no-ext-diff', '--no-textconv', '--no-color', '--no-renames', '--no-prefix'];
  const lines = ['--unified=0', '--inter-hunk-context=0', '--relative', '--ignore-submodules'];
  const quiet = ['-c', 'core.quotePath=false'];
  const done = await git([...quiet, 'diff', ...how, ...lines, base, commit], root, world);
  return done.status === 0 ? ok(changedLines(done.stdout)) : fail(gitFailure(done, root));
}
