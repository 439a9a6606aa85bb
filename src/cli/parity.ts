import type { Command } from 'commander';
import { withDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

async function act(invocation: Invocation): Promise<number> {
  const { world, globals, signal } = invocation;
  const { parity } = await import('../app/parity.ts');
  const { faultsOf } = await import('../parity/compare.ts');
  const { parityText } = await import('../views/parity-text.ts');
  const other = globals.context === 'ci' ? 'ci' : 'prod';
  const compared = await withDisplay(invocation, (report) =>
    parity({ ...globals, other }, world, { report, signal }),
  );
  if (!compared.ok) return printFailures(invocation, compared.failure);
  const faults = faultsOf(compared.value.services).length;
  const document = { same: faults === 0, faults, ...compared.value };
  printResult(invocation, document, parityText(compared.value, world.terminal.stdout.color));
  return faults === 0 ? 0 : 1;
}

export function declareParity(program: Command, run: RunUseCase): void {
  program
    .command('parity')
    .description('development and production side by side, proven in running containers')
    .action((_options: object, command: Command) => run(command, act));
}
