import type { Command } from 'commander';
import type { Freed } from '../app/down.ts';
import { createDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures, printResult } from './outcome.ts';
import type { Run } from './run.ts';

function counted(names: readonly string[], singular: string): string[] {
  if (names.length === 0) return [];
  return [`${String(names.length)} ${singular}${names.length === 1 ? '' : 's'}`];
}

function freedText(freed: Freed, dryRun: boolean): string {
  const parts = [
    ...counted(freed.containers, 'container'),
    ...counted(freed.networks, 'network'),
    ...counted(freed.volumes, 'volume'),
  ];
  const kept = freed.keptVolumes.length > 0 ? counted(freed.keptVolumes, 'volume').join('') : '';
  const tail = kept === '' ? '' : `${kept} of data kept (dev down --volumes removes them)\n`;
  if (parts.length === 0) return `nothing was running\n${tail}`;
  return `${dryRun ? 'would free' : 'freed'} ${parts.join(', ')}\n${tail}`;
}

async function act(invocation: Invocation, volumes: boolean): Promise<number> {
  const { down } = await import('../app/down.ts');
  const { withoutSession } = await import('../app/project/lock.ts');
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const display = await createDisplay(invocation);
  const { dryRun } = invocation.globals;
  const { world, signal } = invocation;
  const { report } = display;
  const work = (): ReturnType<typeof down> =>
    down({ ...located.value, volumes, dryRun }, world, report);
  const freed = dryRun
    ? await work()
    : await withoutSession(located.value, 'dev down', world, { report, signal }, work);
  display.close();
  if (!freed.ok) return printFailures(invocation, [freed.failure]);
  printResult(invocation, { dryRun, freed: freed.value }, freedText(freed.value, dryRun));
  return 0;
}

export function declareDown(program: Command, run: Run): void {
  program
    .command('down')
    .description('stop the session and the containers; data stays')
    .option('--volumes', 'remove the data volumes too', false)
    .action((options: { volumes: boolean }, command: Command) =>
      run(command, (invocation) => act(invocation, options.volumes)),
    );
}
