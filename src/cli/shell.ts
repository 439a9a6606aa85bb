import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures } from './outcome.ts';
import type { RunUseCase } from './run.ts';

/** What was written after the command's name, taken apart at the first `--`. */
interface ShellWords {
  readonly service: string | undefined;
  readonly command: readonly string[];
}

/**
 * `dev shell api`, `dev shell api -- ls -l`, `dev shell -- ls -l`. Commander drops the `--`: how many
 * words stood behind it is seen in what was typed.
 */
export function shellWords(words: readonly string[], typed: readonly string[]): ShellWords {
  const marker = typed.indexOf('--');
  const before = marker < 0 ? 1 : words.length - (typed.length - marker - 1);
  return { service: before > 0 ? words[0] : undefined, command: words.slice(Math.max(0, before)) };
}

async function act(invocation: Invocation, words: ShellWords): Promise<number> {
  const { world, globals } = invocation;
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const { openShell } = await import('../app/shell.ts');
  const request = {
    ...located.value,
    // A definition that is being edited and wrong right now must not lock anybody out.
    modules: async () => {
      const { readProject } = await import('../app/project/read-project.ts');
      const project = readProject(located.value.root, world);
      return project.ok ? project.value.modules : [];
    },
    context: globals.context,
    ...words,
  };
  const ended = await openShell(request, world);
  return ended.ok ? ended.value : printFailures(invocation, [ended.failure]);
}

export function declareShell(program: Command, run: RunUseCase): void {
  program
    .command('shell')
    .description('a shell, or a command, in a service’s container')
    .usage('[service] [-- command...]')
    .argument('[words...]', 'service (default: the module of this folder), then -- and a command')
    .action((words: string[], _options: object, command: Command) =>
      run(command, (invocation) => act(invocation, shellWords(words, invocation.typed))),
    );
}
