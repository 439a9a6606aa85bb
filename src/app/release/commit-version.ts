import { resolve } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { versionOf, type Version } from '../../release/version.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { gitText, type GitWorld } from './git.ts';
import { uncommitted } from './read-sources.ts';

/** The version of a commit, and how far it can be relied upon. */
export interface VersionOutcome extends Version {
  /** Not all of the history is here: a tag further back may be missing. */
  readonly shallow: boolean;
}

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** The commit that is checked out; a failure in a repository without one. */
async function headCommit(directory: string, world: GitWorld): Promise<Result<string, Failure>> {
  const repository = await gitText(['rev-parse', '--git-dir'], directory, world);
  if (!repository.ok) return repository;
  const head = await gitText(
    ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'],
    directory,
    world,
  );
  if (head.ok) return head;
  return fail({
    reason: 'usage',
    what: `${directory} has no commit yet`,
    why: 'versions come from the commit and its tags',
    cure: 'git commit',
  });
}

/** Finds the version of the commit that is checked out in a folder; no `dev.yaml` is needed. */
export async function commitVersion(
  project: string | undefined,
  world: GitWorld,
): Promise<Result<VersionOutcome, Failure>> {
  const directory = resolve(world.host.workingDirectory, project ?? '.');
  const head = await headCommit(directory, world);
  if (!head.ok) return head;
  const ask = (...args: string[]): Promise<Result<string, Failure>> =>
    gitText(args, directory, world);
  const [shallow, reachable, here, changed] = await Promise.all([
    ask('rev-parse', '--is-shallow-repository'),
    ask('tag', '--no-column', '--merged', head.value),
    ask('tag', '--no-column', '--points-at', head.value),
    uncommitted(directory, world),
  ]);
  if (!shallow.ok) return shallow;
  if (!reachable.ok) return reachable;
  if (!here.ok) return here;
  if (!changed.ok) return changed;
  return ok({
    ...versionOf({
      commit: head.value,
      reachable: lines(reachable.value),
      here: lines(here.value),
      dirty: changed.value.length > 0,
    }),
    shallow: shallow.value === 'true',
  });
}
