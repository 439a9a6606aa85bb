import type { Command } from 'commander';
import { createDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface ToolsOptions {
  readonly target?: string;
}

async function act(
  invocation: Invocation,
  command: readonly string[],
  { target }: ToolsOptions,
): Promise<number> {
  const { world, globals, signal } = invocation;
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const { openTools } = await import('../app/tools/open.ts');
  const { runTools } = await import('../app/tools.ts');
  const display = await createDisplay(invocation);
  const context = openTools(located.value, world, {
    report: display.report,
    signal,
    yes: globals.yes,
  });
  const status = await runTools(
    { target, command },
    {
      ...context,
      ready: () => display.close(),
    },
  );
  display.close();
  return status.ok ? status.value : printFailures(invocation, [status.failure]);
}

async function list(invocation: Invocation): Promise<number> {
  const { world } = invocation;
  const { locateRoot } = await import('../app/project/locate.ts');
  const { listScripts } = await import('../app/tools/scripts.ts');
  const { toolsText } = await import('../views/tools-text.ts');
  const root = locateRoot(world, invocation.globals.project);
  if (!root.ok) return printFailures(invocation, [root.failure]);
  const scripts = listScripts(world, root.value);
  printResult(invocation, { scripts }, toolsText(scripts, world.terminal.stdout.color));
  return 0;
}

export function declareTools(program: Command, run: RunUseCase): void {
  const tools = program
    .command('tools')
    .description('a shell, a program or a script with debugging tools, on the network')
    .argument('[command...]', 'program and arguments, after `--`; a shell when there is none')
    .option('--target <service>', 'inside that service: its processes, network and files')
    .action((command: string[], options: ToolsOptions, self: Command) =>
      run(self, (invocation) => act(invocation, command, options)),
    );
  tools
    .command('list')
    .description('the scripts that come along, and the project’s own')
    .action((_options: unknown, self: Command) => run(self, list));
}
