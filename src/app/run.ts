import type { Failure } from '../events/failure.ts';
import type { CommandDefinition } from '../model/command.ts';
import type { Context, Project } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import type { Report } from '../events/progress.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { locateInstance, locateRoot, type Located } from './project/locate.ts';
import { readProject } from './project/read-project.ts';
import { commandArgv, commandArgvWithEnvironment } from './run/argv.ts';
import { openShell } from './shell.ts';
import { openTools } from './tools/open.ts';
import { runTools } from './tools.ts';
import { agreeToProgram } from './trust/agree-program.ts';

export interface RunRequest {
  /** `--project`. */
  readonly project: string | undefined;
  readonly context: Context;
  readonly yes: boolean;
  readonly name: string;
  readonly args: readonly string[];
}

export interface RunProgress {
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Called when the command is about to have the terminal. */
  readonly ready: () => void;
}

/** The project's own commands, in the order of dev.yaml. */
export function projectCommands(
  project: string | undefined,
  world: Pick<World, 'files' | 'host'>,
): Result<readonly CommandDefinition[], readonly Failure[]> {
  const root = locateRoot(world, project);
  if (!root.ok) return fail([root.failure]);
  const loaded = readProject(root.value, world);
  return loaded.ok ? ok(loaded.value.commands) : loaded;
}

/** One command by its name; a failure that names those that there are. */
export function commandNamed(
  name: string,
  commands: readonly CommandDefinition[],
): Result<CommandDefinition, Failure> {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return ok(found);
  const names = commands.map((command) => command.name);
  const cure =
    names.length === 0
      ? `Write one into dev.yaml: commands: { seed: { run: npm run seed, in: api } }; or, in a service: dev shell ${name} -- …`
      : didYouMean(name, names, 'Commands');
  return fail({ reason: 'usage', what: `there is no command ${name}`, cure });
}

async function onHost(
  request: RunRequest,
  command: CommandDefinition,
  root: string,
  world: World,
  progress: RunProgress,
): Promise<Result<number, readonly Failure[]>> {
  const { context } = request;
  const { run } = command;
  const agreed = await agreeToProgram({ root, context, run }, world, progress.report);
  if (!agreed.ok) return agreed;
  progress.ready();
  const env = { ...world.host.environment, ...Object.fromEntries(command.environment) };
  const argv = commandArgv(command, request.args);
  return ok(await world.processes.interactive(argv, { cwd: root, env }));
}

async function inContainer(
  request: RunRequest,
  command: CommandDefinition,
  { located, project }: { readonly located: Located; readonly project: Project },
  world: World,
  progress: RunProgress,
): Promise<Result<number, Failure>> {
  const argv = commandArgvWithEnvironment(command, request.args);
  if (command.in === 'tools') {
    const context = openTools(located, world, { ...progress, yes: request.yes });
    return runTools({ target: undefined, command: argv }, { ...context, ready: progress.ready });
  }
  progress.ready();
  const { context } = request;
  const modules = () => Promise.resolve(project.modules);
  const shell = { ...located, context, modules, service: command.in, command: argv };
  return openShell(shell, world);
}

/**
 * Runs one of the project's own commands where dev.yaml says: a service, the tools container, or
 * this machine. The value is the command's exit status.
 */
export async function runCommand(
  request: RunRequest,
  world: World,
  progress: RunProgress,
): Promise<Result<number, readonly Failure[]>> {
  const located = locateInstance(world, request, progress.report);
  if (!located.ok) return fail([located.failure]);
  const { root } = located.value;
  const project = readProject(root, world);
  if (!project.ok) return project;
  const command = commandNamed(request.name, project.value.commands);
  if (!command.ok) return fail([command.failure]);
  if (command.value.in === 'host') return onHost(request, command.value, root, world, progress);
  const place = { located: located.value, project: project.value };
  const ended = await inContainer(request, command.value, place, world, progress);
  return ended.ok ? ended : fail([ended.failure]);
}
