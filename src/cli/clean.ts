import type { Command } from 'commander';
import type { Leftovers } from '../app/clean.ts';
import { createDisplay } from './display.ts';
import { oneLine } from '../util/terminal-text.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { Run } from './run.ts';

const keptText = (parts: readonly string[]): string =>
  parts.includes('secrets') ? ' but secrets, which the data was made with' : '';

function leftoversText(all: readonly Leftovers[]): string {
  const groups = (found: Leftovers): readonly (readonly [string, readonly string[]])[] => [
    ['container', found.containers],
    ['network', found.networks],
    ['data volume', found.volumes],
    ['dependency volume', found.dependencyVolumes],
    ['installed', found.dependencyFolders],
    ['image', found.images],
    ['folder', found.folders.map((folder) => folder + keptText(found.keptParts))],
  ];
  const lines = all.flatMap((found) =>
    groups(found).flatMap(([kind, names]) => names.map((name) => `${kind} ${oneLine(name)}\n`)),
  );
  const kept = all.flatMap(({ keptVolumes }) =>
    keptVolumes.map((name) => `kept: data volume ${name} (--volumes removes it)\n`),
  );
  const own = all.flatMap(({ keptInstalls }) =>
    keptInstalls.map((folder) => `kept: ${oneLine(folder)}, which is yours\n`),
  );
  return [...lines, ...kept, ...own].join('') || 'nothing is left of this project\n';
}

/** What is left of all contexts, as of one. */
function joined(all: readonly Leftovers[]): Leftovers {
  const each = (key: keyof Leftovers): readonly string[] => [
    ...new Set(all.flatMap((found) => found[key])),
  ];
  return {
    containers: each('containers'),
    networks: each('networks'),
    volumes: each('volumes'),
    keptVolumes: each('keptVolumes'),
    dependencyVolumes: each('dependencyVolumes'),
    dependencyFolders: each('dependencyFolders'),
    keptInstalls: each('keptInstalls'),
    images: each('images'),
    folders: each('folders'),
    keptParts: each('keptParts'),
  };
}

async function act(invocation: Invocation, volumes: boolean): Promise<number> {
  const { world, globals } = invocation;
  const { allLeftovers, cleanAll } = await import('../app/clean.ts');
  const display = await createDisplay(invocation);
  const found = await allLeftovers(globals, volumes, world, display.report);
  if (!found.ok) {
    display.close();
    return printFailures(invocation, [found.failure]);
  }
  const together = joined(found.value.map((one) => one.found));
  const { containers, networks, dependencyVolumes, images, folders, volumes: data } = together;
  const nothing =
    [
      containers,
      networks,
      dependencyVolumes,
      together.dependencyFolders,
      images,
      folders,
      data,
    ].flat().length === 0;
  const text = leftoversText(found.value.map((one) => one.found));
  if (!globals.dryRun && !nothing) {
    if (!globals.yes) {
      if (!world.terminal.interactive) {
        display.close();
        const cure = 'dev clean --yes';
        const what = 'dev clean removes things and nobody is there to ask';
        return printFailures(invocation, [
          { reason: 'usage', what, cure, detail: text.split('\n') },
        ]);
      }
      world.terminal.stderr.write(text);
      const answer = await world.terminal.prompts.confirm('Remove all this?', false);
      if (!answer.ok || !answer.value) {
        display.close();
        return answer.ok ? 0 : printFailures(invocation, [answer.failure]);
      }
    }
    const { report } = display;
    const progress = { report, signal: invocation.signal };
    const cleaned = await cleanAll(found.value, world, progress);
    if (!cleaned.ok) {
      display.close();
      return printFailures(invocation, [cleaned.failure]);
    }
  }
  display.close();
  const heading = nothing ? '' : globals.dryRun ? 'would remove\n' : 'removed\n';
  printResult(invocation, { dryRun: globals.dryRun, ...together }, heading + text);
  return 0;
}

export function declareClean(program: Command, run: Run): void {
  program
    .command('clean')
    .description('remove what this project left on the machine; data stays')
    .option('--volumes', 'the data volumes too', false)
    .action((options: { volumes: boolean }, command: Command) =>
      run(command, (invocation) => act(invocation, options.volumes)),
    );
}
