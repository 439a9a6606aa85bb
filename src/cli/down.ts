import type { Command } from 'commander';
import type { SavedData } from '../app/data/before-reset.ts';
import type { Freed } from '../app/down.ts';
import { createDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures, printHint } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface DownOptions {
  readonly volumes: boolean;
  readonly hooks: boolean;
  readonly snapshot: boolean;
}

function counted(names: readonly string[], singular: string): string[] {
  if (names.length === 0) return [];
  return [`${String(names.length)} ${singular}${names.length === 1 ? '' : 's'}`];
}

/** What an image asks for without a name no container gets a second time. */
function keptText({ keptVolumes, unnamedVolumes }: Freed): string {
  const kept = counted(keptVolumes, 'volume').join('');
  if (kept === '') return '';
  const services = [...new Set(keptVolumes.flatMap((name) => unnamedVolumes[name] ?? []))].sort();
  const unnamed = keptVolumes.filter((name) => name in unnamedVolumes).length;
  const those = unnamed === keptVolumes.length ? '' : `${String(unnamed)} of them `;
  const note =
    unnamed === 0
      ? ''
      : `, ${those}without a name (of ${services.join(', ')}): the next dev up begins with another`;
  return `${kept} of data kept${note} (dev down --volumes removes them)\n`;
}

function freedText(freed: Freed, dryRun: boolean): string {
  const parts = [
    ...counted(freed.containers, 'container'),
    ...counted(freed.networks, 'network'),
    ...counted(freed.volumes, 'volume'),
  ];
  const tail = keptText(freed);
  if (parts.length === 0) return `nothing was running\n${tail}`;
  return `${dryRun ? 'would free' : 'freed'} ${parts.join(', ')}\n${tail}`;
}

async function act(
  invocation: Invocation,
  { volumes, hooks, snapshot }: DownOptions,
): Promise<number> {
  const { down } = await import('../app/down.ts');
  const { withoutSession } = await import('../app/project/lock.ts');
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const display = await createDisplay(invocation);
  const { dryRun } = invocation.globals;
  const { world, signal } = invocation;
  const { report } = display;
  const { yes } = invocation.globals;
  let ran: readonly string[] = [];
  let saved: readonly SavedData[] = [];
  const work = async (): ReturnType<typeof down> => {
    const { beforeDown } = await import('../app/hooks/before-down.ts');
    const request = { ...located.value, yes, dryRun };
    const before = hooks ? await beforeDown(request, world, { report, signal }) : undefined;
    if (before?.ok === false) return before;
    ran = before?.value ?? [];
    const { saveBeforeReset } = await import('../app/data/before-reset.ts');
    const keeps = volumes && snapshot && !dryRun;
    const all = { located: located.value, yes };
    const kept = keeps
      ? await saveBeforeReset(undefined, all, world, { report, signal })
      : undefined;
    if (kept?.ok === false) return kept;
    saved = kept?.value ?? [];
    if (!dryRun) {
      const { leaveRouter } = await import('../app/router/leave.ts');
      const left = await leaveRouter(located.value, world, { report, signal });
      if (!left.ok) return left;
    }
    return down({ ...located.value, volumes, dryRun }, world, report);
  };
  const freed = dryRun
    ? await work()
    : await withoutSession(located.value, 'dev down', world, { report, signal }, work);
  display.close();
  if (!freed.ok) return printFailures(invocation, [freed.failure]);
  const wouldRun = dryRun ? ran.map((text) => `would run ${text}\n`).join('') : '';
  const document = { dryRun, hooks: ran, freed: freed.value, saved };
  printHint(invocation, document, wouldRun + freedText(freed.value, dryRun));
  return 0;
}

export function declareDown(program: Command, run: RunUseCase): void {
  program
    .command('down')
    .description('stop the session and the containers; data stays')
    .option('--volumes', 'remove the data volumes too', false)
    .option('--no-snapshot', 'with --volumes: do not save the data first')
    .option('--no-hooks', 'run none of the project’s before-down hooks')
    .action((options: DownOptions, command: Command) =>
      run(command, (invocation) => act(invocation, options)),
    );
}
