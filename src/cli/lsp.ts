import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures } from './outcome.ts';
import type { RunUseCase } from './run.ts';

async function act(
  invocation: Invocation,
  module: string,
  command: readonly string[],
): Promise<number> {
  const { world, signal } = invocation;
  // Its output is the protocol's alone.
  const telling = { ...invocation, globals: { ...invocation.globals, json: false } };
  const located = await locate(invocation);
  if (!located.ok) return printFailures(telling, [located.failure]);
  const { readProject } = await import('../app/project/read-project.ts');
  const project = readProject(located.value.root, world);
  if (!project.ok) return printFailures(telling, project.failure);
  const { lsp } = await import('../app/lsp.ts');
  const { modules } = project.value;
  const ended = await lsp({ ...located.value, modules, module, command }, world, signal);
  return ended.ok ? ended.value : printFailures(telling, [ended.failure]);
}

export function declareLsp(program: Command, run: RunUseCase): void {
  program
    .command('lsp')
    .description('a module’s language server, in its container, for an editor on this machine')
    .usage('<module> [-- command...]')
    .argument('<module>', 'it runs; Node, Python, Go and Java have servers that are found')
    .argument('[command...]', 'another server that its container has, behind --')
    .action((module: string, words: string[], _options: object, command: Command) =>
      run(command, (invocation) => act(invocation, module, words)),
    );
}
