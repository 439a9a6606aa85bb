import type { Failure } from '../../events/failure.ts';
import type { Finished } from '../../ports/processes.ts';
import type { World } from '../../ports/world.ts';
import { ownPrograms, type GitSetting } from '../../release/git-programs.ts';
import { fail, ok, type Result } from '../../util/result.ts';

export type GitWorld = Pick<World, 'processes' | 'host'>;

/**
 * Settings by which git would start a program that a repository's configuration names: a file system
 * monitor, hooks, who checks signatures, who answers for credentials, who brings missing objects. A
 * folder that only looks like a repository from inside (its files can come with a clone) is none.
 */
const SAFE: readonly string[] = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.sshCommand=',
  'core.askPass=',
  'credential.helper=',
  'log.showSignature=false',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
].flatMap((setting) => ['-c', setting]);

/**
 * By these git says to its hooks which repository, index and files it means; whoever asks here means a folder.
 * A hook of a worktree has them, and would make every folder that repository's.
 */
const OF_ANOTHER = [
  ...['GIT_DIR', 'GIT_COMMON_DIR', 'GIT_WORK_TREE', 'GIT_IMPLICIT_WORK_TREE', 'GIT_INDEX_FILE'],
  ...['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_SHALLOW_FILE'],
  ...['GIT_GRAFT_FILE', 'GIT_REPLACE_REF_BASE', 'GIT_NAMESPACE', 'GIT_PREFIX'],
];

/** The same where a version of git has it as a variable alone; and no lock is taken for a look. */
const SAFE_ENVIRONMENT = {
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  // What a hash names is that, and nothing that somebody has put in its place.
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
};

type Variables = Readonly<Record<string, string>>;

/** Runs git for looking, and for commits of the tool's own. */
export function git(
  args: readonly string[],
  directory: string,
  { processes, host }: GitWorld,
  { input, own }: { readonly input?: string; readonly own?: Variables } = {},
): Promise<Finished> {
  const none = Object.fromEntries(OF_ANOTHER.map((name) => [name, undefined]));
  return processes.run(['git', ...SAFE, '-C', directory, ...args], {
    env: { ...host.environment, ...none, ...own, ...SAFE_ENVIRONMENT },
    ...(input !== undefined && { input }),
  });
}

/** A folder that nothing more can be written to. */
export function diskFull(directory: string): Failure {
  const cure = 'Make room (dev clean, docker system df), then run it again';
  return { reason: 'files', what: `cannot write ${directory}`, why: 'the disk is full', cure };
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
  if (/No space left on device|Disk quota exceeded|Out of diskspace/i.test(stderr)) {
    return diskFull(directory);
  }
  if (/promisor remote/.test(stderr)) {
    return {
      reason: 'usage',
      what: `this clone is partial: it does not hold all that is looked at in ${directory}`,
      why: 'nothing is fetched unasked; a gate compares with an earlier commit',
      cure: 'git fetch --refetch --no-filter; in a CI service, have it clone without a filter',
    };
  }
  const [line = 'git failed'] = stderr.trim().split('\n').slice(-1);
  return { reason: 'host', what: `git failed in ${directory}`, why: line.replace(/^fatal: /, '') };
}

/**
 * Standard output of a git command that has to succeed, without the last line end.
 * @param own variables of this command alone.
 * @param input what it reads.
 */
export async function gitText(
  args: readonly string[],
  directory: string,
  world: GitWorld,
  own: Variables = {},
  input?: string,
): Promise<Result<string, Failure>> {
  const finished = await git(args, directory, world, {
    own,
    ...(input !== undefined && { input }),
  });
  if (finished.status !== 0) return fail(gitFailure(finished, directory));
  return ok(finished.stdout.replace(/\n$/, ''));
}

/**
 * The same for a command that turns files into what git keeps of them, or back, for which git starts
 * the filters of its configuration: nothing is run where the repository's own one names a program.
 */
export async function gitFiltered(
  args: readonly string[],
  directory: string,
  world: GitWorld,
  own: Variables = {},
  input?: string,
): Promise<Result<string, Failure>> {
  const settings = await gitText(
    ['config', '--list', '--includes', '--show-scope', '-z'],
    directory,
    world,
    own,
  );
  if (!settings.ok) return settings;
  const [program] = ownPrograms(settings.value);
  if (program !== undefined) return fail(ownProgram(program, directory));
  return gitText(args, directory, world, own, input);
}

function ownProgram({ key, value }: GitSetting, directory: string): Failure {
  return {
    reason: 'usage',
    what: `git's configuration in ${directory} names a program of its own: ${key}`,
    why: `git would run ${JSON.stringify(value)} on this machine; nothing was run`,
    cure: `If you put it there: git config --global ${key} COMMAND, and --unset it here`,
  };
}
