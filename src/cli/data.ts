import { InvalidArgumentError, type Command } from 'commander';
import type { Restored } from '../app/data-restore.ts';
import { snapshotBytes, type Snapshot } from '../model/snapshot.ts';
import { sizeText } from '../util/size-text.ts';
import { oneLine } from '../util/terminal-text.ts';
import { ageText, snapshotsText } from '../views/data-text.ts';
import { withDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

/** What is known of a snapshot, for programs. */
function documentOf(snapshot: Snapshot): object {
  const { service, name, method, reason, kind, engineVersion, image, takenAtMs, rows } = snapshot;
  const bytes = snapshotBytes(snapshot);
  return { service, name, method, reason, kind, engineVersion, image, takenAtMs, bytes, rows };
}

async function snapshot(
  invocation: Invocation,
  services: readonly string[],
  { name }: { readonly name?: string },
): Promise<number> {
  const { globals, world, signal } = invocation;
  const { snapshotData } = await import('../app/data.ts');
  const request = { ...globals, services, name };
  const taken = await withDisplay(invocation, (report) =>
    snapshotData(request, world, { report, signal }),
  );
  if (!taken.ok) return printFailures(invocation, [taken.failure]);
  const lines = taken.value.map(({ service, how, snapshot: one }) =>
    one === undefined
      ? `would save ${service}: ${how}\n`
      : `saved ${service} as ${one.name}: ${sizeText(snapshotBytes(one))}, ${how}\n`,
  );
  const document = taken.value.map(({ service, how, snapshot: one }) => ({
    ...{ service, how },
    ...(one !== undefined && { snapshot: documentOf(one) }),
  }));
  const text = lines.join('') || 'no service has data\n';
  printResult(invocation, { dryRun: globals.dryRun, taken: document }, text);
  return 0;
}

async function list(invocation: Invocation, services: readonly string[]): Promise<number> {
  const { globals, world, signal } = invocation;
  const { listData } = await import('../app/data.ts');
  const progress = { report: () => undefined, signal };
  const found = listData({ ...globals, services }, world, progress);
  if (!found.ok) return printFailures(invocation, [found.failure]);
  const document = { snapshots: found.value.map(documentOf) };
  printResult(invocation, document, snapshotsText(found.value, world.clock.now(), services));
  return 0;
}

function restoredText({ service, from, kept, counted, left }: Restored, dryRun: boolean): string {
  if (dryRun) return `would replace the data of ${service} by ${oneLine(from)}\n`;
  const lines = [
    `${service} has the data of ${oneLine(from)}`,
    ...(counted === undefined ? [] : [`: ${counted}`]),
    '\n',
    ...left.map((one) => `  ${oneLine(one)}\n`),
    ...(kept === undefined
      ? []
      : [
          `what was there before is snapshot ${kept}: dev data restore ${service} --name ${kept}\n`,
        ]),
  ];
  return lines.join('');
}

/** Without a snapshot before it, what is there is lost: that is agreed to. */
async function agreed(invocation: Invocation, what: string, keeps: boolean): Promise<boolean> {
  const { globals, world } = invocation;
  if (keeps || globals.yes || globals.dryRun) return true;
  const { terminal } = world;
  if (!terminal.interactive) {
    await printFailures(invocation, [
      {
        reason: 'usage',
        what: `${what} would lose what is there`,
        why: '--no-snapshot, and nobody to ask',
        cure: 'Leave --no-snapshot out, or say --yes',
      },
    ]);
    return false;
  }
  const answer = await terminal.prompts.confirm(`${what}, and lose what is there?`, false);
  return answer.ok && answer.value;
}

interface RestoreOptions {
  readonly name?: string;
  readonly snapshot: boolean;
}

async function restore(
  invocation: Invocation,
  services: readonly string[],
  { name, snapshot: keepsOld }: RestoreOptions,
): Promise<number> {
  const { globals, world, signal } = invocation;
  if (!(await agreed(invocation, 'restoring', keepsOld))) return 2;
  const { restoreData } = await import('../app/data-restore.ts');
  const request = { ...globals, services, name, keepsOld };
  const restored = await withDisplay(invocation, (report) =>
    restoreData(request, world, { report, signal }),
  );
  if (!restored.ok) return printFailures(invocation, [restored.failure]);
  const { dryRun } = globals;
  const text = restored.value.map((one) => restoredText(one, dryRun)).join('');
  printResult(invocation, { dryRun, restored: restored.value }, text);
  return 0;
}

async function importFile(
  invocation: Invocation,
  service: string,
  file: string,
  { snapshot: keepsOld }: Pick<RestoreOptions, 'snapshot'>,
): Promise<number> {
  const { globals, world, signal } = invocation;
  if (!(await agreed(invocation, 'importing', keepsOld))) return 2;
  const { importData } = await import('../app/data-restore.ts');
  const request = { ...globals, service, file, keepsOld };
  const imported = await withDisplay(invocation, (report) =>
    importData(request, world, { report, signal }),
  );
  if (!imported.ok) return printFailures(invocation, [imported.failure]);
  const { dryRun } = globals;
  printResult(
    invocation,
    { dryRun, imported: imported.value },
    restoredText(imported.value, dryRun),
  );
  return 0;
}

async function exportFile(invocation: Invocation, service: string, file: string): Promise<number> {
  const { globals, world, signal } = invocation;
  const { exportData } = await import('../app/data-export.ts');
  const exported = await withDisplay(invocation, (report) =>
    exportData({ ...globals, service, file }, world, { report, signal }),
  );
  if (!exported.ok) return printFailures(invocation, [exported.failure]);
  const { bytes, how } = exported.value;
  const text =
    bytes === undefined
      ? `would write ${oneLine(file)}: ${how}\n`
      : `wrote ${oneLine(file)}: ${sizeText(bytes)}, ${how}\n`;
  printResult(invocation, { dryRun: globals.dryRun, exported: exported.value }, text);
  return 0;
}

async function prune(
  invocation: Invocation,
  services: readonly string[],
  { keep }: { readonly keep: number },
): Promise<number> {
  const { globals, world, signal } = invocation;
  const { pruneData } = await import('../app/data.ts');
  const progress = { report: () => undefined, signal };
  const pruned = pruneData({ ...globals, services, keep }, world, progress);
  if (!pruned.ok) return printFailures(invocation, [pruned.failure]);
  const { dryRun } = globals;
  const now = world.clock.now();
  const lines = pruned.value.map(
    (one) =>
      `${dryRun ? 'would remove' : 'removed'} ${one.name} of ${one.service}, ${ageText(now - one.takenAtMs)} old\n`,
  );
  const document = { dryRun, removed: pruned.value.map(documentOf) };
  printResult(invocation, document, lines.join('') || 'nothing to remove\n');
  return 0;
}

function count(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Give a number of snapshots: 5.');
  return Number(text);
}

const NO_SNAPSHOT = 'do not save what is there first';

export function declareData(program: Command, run: RunUseCase): void {
  const data = program
    .command('data')
    .description('save, bring back, hand on and take over the data of services')
    .action((_options: object, command: Command) =>
      run(command, (invocation) => list(invocation, [])),
    );
  data
    .command('snapshot')
    .description('save the data of all services, or of these')
    .argument('[service...]')
    .option('--name <name>', 'what the snapshot is called (default: the time)')
    .action((services: string[], options: { name?: string }, command: Command) =>
      run(command, (invocation) => snapshot(invocation, services, options)),
    );
  data
    .command('restore')
    .description('bring saved data back: the newest snapshot of each service, or the named one')
    .argument('[service...]')
    .option('--name <name>', 'of the snapshot')
    .option('--no-snapshot', NO_SNAPSHOT)
    .action((services: string[], options: RestoreOptions, command: Command) =>
      run(command, (invocation) => restore(invocation, services, options)),
    );
  data
    .command('list')
    .description('the snapshots that there are')
    .argument('[service...]')
    .action((services: string[], _options: object, command: Command) =>
      run(command, (invocation) => list(invocation, services)),
    );
  data
    .command('export')
    .description(
      'write the data of a service to a file: a dump of its own programs, or an archive of its volume',
    )
    .argument('<service>')
    .argument('<file>', '.gz packs it')
    .action((service: string, file: string, _options: object, command: Command) =>
      run(command, (invocation) => exportFile(invocation, service, file)),
    );
  data
    .command('import')
    .description(
      'take a dump (.sql, .rdb, archives of pg_dump and mongodump, .tar of a volume; also .gz, .zst) in place of the data',
    )
    .argument('<service>')
    .argument('<file>')
    .option('--no-snapshot', NO_SNAPSHOT)
    .action((service: string, file: string, options: RestoreOptions, command: Command) =>
      run(command, (invocation) => importFile(invocation, service, file, options)),
    );
  data
    .command('prune')
    .description('remove all but the newest snapshots of each service')
    .argument('[service...]')
    .requiredOption('--keep <n>', 'how many of each service stay; always to be said', count)
    .action((services: string[], options: { keep: number }, command: Command) =>
      run(command, (invocation) => prune(invocation, services, options)),
    );
}
