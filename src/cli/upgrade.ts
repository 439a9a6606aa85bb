import type { Command } from 'commander';
import type { Upgrade } from '../app/upgrade.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

function upgradeText({ from, to, integrity, kept }: Upgrade, dryRun: boolean): string {
  if (kept !== undefined) return `nothing changed: ${kept}\n`;
  if (from === to) return `${to} is what the launcher pins\n`;
  const next = dryRun ? '' : 'commit the launcher; the next ./dev fetches this version\n';
  return `${dryRun ? 'would pin' : 'pinned'} ${to}, before ${from}\n  ${integrity}\n${next}`;
}

async function act(invocation: Invocation, version: string | undefined): Promise<number> {
  const { upgrade } = await import('../app/upgrade.ts');
  const { project, dryRun } = invocation.globals;
  const moved = await upgrade({ project, version, dryRun }, invocation.world);
  if (!moved.ok) return printFailures(invocation, [moved.failure]);
  printResult(invocation, { dryRun, ...moved.value }, upgradeText(moved.value, dryRun));
  return 0;
}

export function declareUpgrade(program: Command, run: RunUseCase): void {
  program
    .command('upgrade')
    .description('pin another version of the tool in the launcher, with the hash of its package')
    .argument('[version]', "a version or a tag; the registry's newest when not given")
    .action((version: string | undefined, _options: unknown, command: Command) =>
      run(command, (invocation) => act(invocation, version)),
    );
}
