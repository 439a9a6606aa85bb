import type { Failure } from '../../events/failure.ts';
import type { Finished } from '../../ports/processes.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';

export type GitWorld = Pick<World, 'processes' | 'host'>;

/**
 * Runs git for looking only: no lock is taken, no program that a repository's configuration names
 * (a file system monitor, a pager) is started.
 */
async function git(
  args: readonly string[],
  directory: string,
  { processes, host }: GitWorld,
): Promise<Finished> {
  const argv = ['git', '-c', 'core.fsmonitor=false', '-C', directory, ...args];
  return processes.run(argv, {
    env: { ...host.environment, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
  });
}

/** What git says, as a failure that tells what to do. `status` 127: there is no git. */
export function gitFailure({ status, stderr }: Finished, directory: string): Failure {
  if (status === 127) {
    return { reason: 'host', what: 'there is no git on this machine', cure: 'install git' };
  }
  if (stderr.includes('not a git repository')) {
    return {
      reason: 'usage',
      what: `${directory} is in no git repository`,
      why: 'versions come from the commit and its tags',
      cure: 'git init, and commit; or --project DIR',
    };
  }
  if (stderr.includes('dubious ownership')) {
    return {
      reason: 'host',
      what: `git does not trust ${directory}: it belongs to another user`,
      cure: `git config --global --add safe.directory ${directory}`,
    };
  }
  const [line = 'git failed'] = stderr.trim().split('\n').slice(-1);
  return { reason: 'host', what: `git failed in ${directory}`, why: line.replace(/^fatal: /, '') };
}

/** Standard output of a git command that has to succeed, without the last line end. */
export async function gitText(
  args: readonly string[],
  directory: string,
  world: GitWorld,
): Promise<Result<string, Failure>> {
  const finished = await git(args, directory, world);
  if (finished.status !== 0) return fail(gitFailure(finished, directory));
  return ok(finished.stdout.replace(/\n$/, ''));
}
