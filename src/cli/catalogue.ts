import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

async function act(invocation: Invocation): Promise<number> {
  const { readCatalogue } = await import('../app/catalogue.ts');
  const { catalogueText } = await import('../views/catalogue-text.ts');
  const listed = readCatalogue(invocation.globals.project, invocation.world);
  if (!listed.ok) return printFailures(invocation, [listed.failure]);
  printResult(invocation, { entries: listed.value }, catalogueText(listed.value));
  return 0;
}

export function declareCatalogue(program: Command, run: RunUseCase): void {
  program
    .command('catalogue')
    .description('ready services: databases, queues, proxies and more')
    .action((_options: unknown, command: Command) => run(command, act));
}
