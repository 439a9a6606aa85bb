import { Argument, type Command, type Option } from 'commander';
import type { Completed } from '../app/completion.ts';
import { COMPLETION_SCRIPTS, type Shell } from './completion-scripts.ts';
import type { Invocation } from './invocation.ts';
import type { RunUseCase } from './run.ts';

/** What stands where a command takes words, by the command's path. */
const WORDS: Readonly<Record<string, Completed>> = {
  up: 'services',
  logs: 'services',
  shell: 'services',
  check: 'modules',
  ci: 'stages',
  dash: 'windows',
  probe: 'probes',
  run: 'commands',
  settings: 'settings',
  'images build': 'images',
  'data snapshot': 'services',
  'data restore': 'services',
  'data list': 'services',
  'data export': 'services',
  'data import': 'services',
  'data prune': 'services',
  debug: 'modules',
  lsp: 'modules',
  'editor devcontainer': 'modules',
  'init move': 'services',
};

/** What an option takes, where it is a name. */
const VALUES: Readonly<Record<string, Completed>> = {
  '--target': 'services',
  '--recreate': 'services',
  '--reset-data': 'services',
  '--stage': 'services',
  '--only': 'checks',
};

/** Nothing that a shell could take for more than a word, whatever a repository calls its things. */
const SAFE = /^[\w@%+=:,./-]+$/;

interface Walked {
  readonly command: Command;
  readonly path: string;
  /** The option whose value comes next. */
  readonly waiting: Option | undefined;
  /** Words behind `--` are the person's own. */
  readonly own: boolean;
}

function optionOf(word: string, command: Command, program: Command): Option | undefined {
  return [...command.options, ...program.options].find(
    ({ short, long }) => word === short || word === long,
  );
}

/** Follows the words that are there up to the one that is being written. */
function walk(program: Command, words: readonly string[]): Walked {
  let command = program;
  const path: string[] = [];
  let waiting: Option | undefined;
  for (const word of words) {
    if (waiting !== undefined) {
      waiting = undefined;
      continue;
    }
    if (word === '--') return { command, path: path.join(' '), waiting, own: true };
    if (word.startsWith('-')) {
      const option = optionOf(word, command, program);
      if (option?.required === true) waiting = option;
      continue;
    }
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) continue;
    command = next;
    path.push(word);
  }
  return { command, path: path.join(' '), waiting, own: false };
}

const hidden = (command: Command): boolean => command.name().startsWith('__');

/** What an option's value may be: its own choices, else names that the project has. */
async function valuesOf(
  { long, argChoices }: Option,
  names: (kind: Completed) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const kind = VALUES[long ?? ''];
  return argChoices ?? (kind === undefined ? [] : names(kind));
}

async function candidates(
  program: Command,
  before: readonly string[],
  word: string,
  names: (kind: Completed) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const { command, path, waiting, own } = walk(program, before);
  if (own) return [];
  if (waiting !== undefined) {
    return valuesOf(waiting, names);
  }
  const [, option, prefix = ''] = /^(--[\w-]+)=((?:[^,]*,)*)/.exec(word) ?? [];
  if (option !== undefined) {
    const found = optionOf(option, command, program);
    const values = found === undefined ? [] : await valuesOf(found, names);
    return values.map((value) => `${option}=${prefix}${value}`);
  }
  if (word.startsWith('-')) {
    return [...command.options, ...program.options].flatMap(({ long }) => long ?? []);
  }
  const commands = command.commands.filter((one) => !hidden(one)).map((one) => one.name());
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const kind = WORDS[path];
  return [...commands, ...choices, ...(kind === undefined ? [] : await names(kind))];
}

async function complete(
  { world, globals }: Invocation,
  program: Command,
  words: readonly string[],
): Promise<number> {
  const { completionNames } = await import('../app/completion.ts');
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  const at = before.lastIndexOf('--project');
  const project = at < 0 ? globals.project : before[at + 1];
  const found = await candidates(program, before, word, (kind) =>
    completionNames(kind, project, world),
  );
  const fitting = [...new Set(found)].filter((one) => one.startsWith(word) && SAFE.test(one));
  world.terminal.stdout.write(fitting.map((one) => `${one}\n`).join(''));
  return 0;
}

export function declareCompletion(program: Command, run: RunUseCase): void {
  program
    .command('completion')
    .description('a script with which your shell completes commands and names')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(COMPLETION_SCRIPTS)))
    .action((shell: Shell, _options: unknown, command: Command) =>
      run(command, ({ world }) => {
        world.terminal.stdout.write(COMPLETION_SCRIPTS[shell]);
        return Promise.resolve(0);
      }),
    );
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[], _options: unknown, command: Command) =>
      run(command, (invocation) => complete(invocation, program, words)),
    );
}
