import { Command, CommanderError, Option } from 'commander';
import { CONTEXTS } from '../model/project.ts';
import { terminalText } from '../util/terminal-text.ts';
import { COMMANDS } from './every-command.ts';
import { addExamples, commandPaths } from './examples.ts';
import type { GlobalOptions, Invocation } from './invocation.ts';
import { parseNames } from './names.ts';
import { withOwnWord } from './other-tools-words.ts';
import type { RunUseCase } from './run.ts';

const WRONG_USAGE = 2;

/** As commander has them; `--profile a,b` is two. */
type GivenOptions = Omit<GlobalOptions, 'profiles'> & { readonly profile: readonly string[] };

function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

interface Writers {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

function createProgram(version: string, write: Writers): Command {
  return (
    new Command('dev')
      .description('One stack definition for development, CI and production.')
      .version(version, '-V, --version')
      .option(
        '--project <dir>',
        'project folder (default: the nearest with dev.yaml or a Compose file)',
      )
      .addOption(
        new Option('--context <name>', 'which overlays apply').choices(CONTEXTS).default('dev'),
      )
      .option(
        '--profile <name>',
        'switch on a profile of the Compose files (repeatable)',
        collected,
        [],
      )
      .option('--json', 'results as JSON', false)
      .option('-q, --quiet', 'no progress', false)
      .option('-v, --verbose', 'more progress, and stack traces of bugs', false)
      .option('-y, --yes', 'answer every question with yes', false)
      .option('--dry-run', 'say what would change, change nothing', false)
      .showHelpAfterError('(dev --help lists the commands)')
      // Its words may be those of the command line.
      .configureOutput({
        writeOut: (text) => write.out(terminalText(text, false)),
        writeErr: (text) => write.err(terminalText(text, false)),
        outputError: (text, output) => output(withOwnWord(text)),
      })
      .exitOverride()
  );
}

/** Commands that are all work, or a program of the person's: nothing of it could be told beforehand. */
const ONLY_WORK = new Set([
  ...[
    'check',
    'ci',
    'dash',
    'debug',
    'lsp',
    'parity',
    'probe',
    'release',
    'shell',
    'tools',
    'watch',
  ],
]);
/** What they do before anything else is the pipeline's: they have a plan of their own. */
const BY_PIPELINE = ['ci', 'release'];

/** To do it nevertheless would be to change something after having been asked not to. */
async function refuseDryRun(invocation: Invocation, name: string): Promise<number> {
  const { printFailures } = await import('./outcome.ts');
  return printFailures(invocation, [
    {
      reason: 'usage',
      what: `dev ${name} has no --dry-run`,
      why: 'it would have nothing to tell but what it does',
      cure: BY_PIPELINE.includes(name)
        ? `dev ${name} --plan tells what would be done, from a copy of the commit that it makes`
        : `Leave --dry-run out, or see dev ${name} --help`,
    },
  ]);
}

/** The whole command line, with every command in it. */
export function buildProgram(version: string, run: RunUseCase, write: Writers): Command {
  const program = createProgram(version, write);
  for (const declare of COMMANDS) declare(program, run);
  addExamples(program);
  for (const [path, command] of commandPaths(program)) {
    command.showHelpAfterError(`(dev ${path} --help says what it takes)`);
  }
  return program;
}

export interface CommandLine {
  readonly argv: readonly string[];
  readonly version: string;
  /** For what is said before there is a command: help, and words that make no sense. */
  readonly write: Writers;
}

/**
 * Runs one command line.
 * @returns the exit status: the command's own, or 2 for a command line that makes no sense.
 */
export async function runProgram(
  { argv, version, write }: CommandLine,
  createInvocation: (globals: GlobalOptions) => Promise<Invocation>,
): Promise<number> {
  let status = 0;
  const run: RunUseCase = async (command, action) => {
    const { profile, ...globals } = command.optsWithGlobals<GivenOptions>();
    const profiles = profile.flatMap(parseNames);
    const invocation = await createInvocation({ ...globals, profiles });
    const isOnlyWork = globals.dryRun && ONLY_WORK.has(command.name());
    status = isOnlyWork ? await refuseDryRun(invocation, command.name()) : await action(invocation);
  };
  try {
    await buildProgram(version, run, write).parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : WRONG_USAGE;
  }
  return status;
}
