import type { Command } from 'commander';
import type { CommandDefinition } from '../model/command.ts';
import { tableText } from '../views/table.ts';
import { createDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

const whereText = (where: string): string =>
  where === 'host'
    ? 'on this machine'
    : where === 'tools'
      ? 'in the tools container'
      : `in ${where}`;

function listText(commands: readonly CommandDefinition[]): string {
  if (commands.length === 0) return 'dev.yaml has no commands\n';
  return tableText(
    commands.map(({ name, in: where, about, run }) => [
      name,
      whereText(where),
      about ?? run.split('\n')[0] ?? '',
    ]),
  );
}

function helpText({ name, about, in: where, run, environment }: CommandDefinition): string {
  const variables = [...environment].map(([key, value]) => `  ${key}=${value}\n`).join('');
  const text = run
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}\n`)
    .join('');
  const lines = [
    `Usage: dev run ${name} [arguments...]\n`,
    ...(about === undefined ? [] : [`${about}\n`]),
    `Runs ${whereText(where)}:\n${variables}${text}`,
    `Examples:\n  dev run ${name}\n  dev run ${name} -- --any-option\n`,
  ];
  return lines.join('\n');
}

async function help(invocation: Invocation, name: string): Promise<number> {
  const { commandNamed, projectCommands } = await import('../app/run.ts');
  const commands = projectCommands(invocation.globals.project, invocation.world);
  if (!commands.ok) return printFailures(invocation, commands.failure);
  const command = commandNamed(name, commands.value);
  if (!command.ok) return printFailures(invocation, [command.failure]);
  const { environment, ...rest } = command.value;
  const document = { ...rest, environment: Object.fromEntries(environment) };
  printResult(invocation, document, helpText(command.value));
  return 0;
}

async function list(invocation: Invocation): Promise<number> {
  const { projectCommands } = await import('../app/run.ts');
  const commands = projectCommands(invocation.globals.project, invocation.world);
  if (!commands.ok) return printFailures(invocation, commands.failure);
  const document = commands.value.map(({ environment, ...rest }) => ({
    ...rest,
    environment: Object.fromEntries(environment),
  }));
  printResult(invocation, { commands: document }, listText(commands.value));
  return 0;
}

async function act(invocation: Invocation, name: string, args: readonly string[]): Promise<number> {
  const { world, globals, signal } = invocation;
  if (globals.dryRun) return help(invocation, name);
  const { runCommand } = await import('../app/run.ts');
  const display = await createDisplay(invocation);
  const ended = await runCommand({ ...globals, name, args }, world, {
    report: display.report,
    signal,
    ready: () => display.close(),
  });
  display.close();
  return ended.ok ? ended.value : printFailures(invocation, ended.failure);
}

/** Whether `--help` was meant for us: it stands before any `--`. */
function wantsHelp(words: readonly string[], typed: readonly string[]): boolean {
  const marker = typed.indexOf('--');
  const ours = marker < 0 ? typed : typed.slice(0, marker);
  return (
    words.some((word) => word === '--help' || word === '-h') &&
    ours.some((word) => word === '--help' || word === '-h')
  );
}

export function declareRun(program: Command, run: RunUseCase): void {
  program
    .command('run')
    .description('a command of the project’s own (commands: in dev.yaml); without a name, the list')
    .usage('[name] [arguments...]')
    .argument('[words...]', 'its name, then its arguments; options for it after --')
    .helpOption(false)
    .allowUnknownOption()
    .action((words: string[], _options: object, command: Command) =>
      run(command, (invocation) => {
        const [name, ...args] = words;
        if (name === '--help' || name === '-h') {
          command.outputHelp();
          return Promise.resolve(0);
        }
        if (name === undefined) return list(invocation);
        return wantsHelp(words, invocation.typed)
          ? help(invocation, name)
          : act(invocation, name, args);
      }),
    );
}
