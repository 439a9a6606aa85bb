import { failingFast } from '../../util/failing-fast.ts';
import type { CommandDefinition } from '../../model/command.ts';

/** `$1`, `$@`, `${2:-x}`: the text says itself where its arguments go. */
const TAKES_ARGUMENTS = /\$(?:[@*#1-9]|\{[@*#1-9])/;

/**
 * A command with its arguments as a program to start. The arguments come at the end, as with npm's
 * scripts, unless the text places them itself; no shell reads them again.
 */
export function commandArgv(
  { name, run }: Pick<CommandDefinition, 'name' | 'run'>,
  args: readonly string[],
): readonly string[] {
  const text = TAKES_ARGUMENTS.test(run) ? run : `${run.trimEnd()} "$@"`;
  return ['sh', '-c', failingFast(args.length === 0 ? run : text), name, ...args];
}

/** The same for where only a program and its arguments can be given. */
export function commandArgvWithEnvironment(
  command: Pick<CommandDefinition, 'name' | 'run' | 'environment'>,
  args: readonly string[],
): readonly string[] {
  const variables = [...command.environment].map(([key, value]) => `${key}=${value}`);
  const argv = commandArgv(command, args);
  return variables.length === 0 ? argv : ['env', ...variables, ...argv];
}
