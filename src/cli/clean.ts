import type { Command } from 'commander';
import type { Leftovers } from '../app/clean.ts';
import { createDisplay } from './display.ts';
import { oneLine } from '../util/terminal-text.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures, printResult } from './outcome.ts';
import type { Run } from './run.ts';

const keptText = (parts: readonly string[]): string =>
  parts.includes('secrets') ? ' but secrets, which the data was made with' : '';

function leftoversText(found: Leftovers): string {
  const groups: readonly (readonly [string, readonly string[]])[] = [
    ['container', found.containers],
    ['network', found.networks],
    ['data volume', found.volumes],
    ['dependency volume', found.dependencyVolumes],
    ['image', found.images],
    ['folder', found.folders.map((folder) => folder + keptText(found.keptParts))],
  ];
  const lines = groups.flatMap(([kind, names]) =>
    names.map((name) => `${kind} ${oneLine(name)}\n`),
  );
  const kept = found.keptVolumes.map(
    (name) => `kept: data volume ${name} (--volumes removes it)\n`,
  );
  return [...lines, ...kept].join('') || 'nothing is left of this project\n';
}

async function act(invocation: Invocation, volumes: boolean): Promise<number> {
  const { world, globals } = invocation;
  const { clean, leftovers } = await import('../app/clean.ts');
  const { withoutSession } = await import('../app/project/lock.ts');
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const display = await createDisplay(invocation);
  const found = await leftovers(located.value, volumes, world, display.report);
  if (!found.ok) {
    display.close();
    return printFailures(invocation, [found.failure]);
  }
  const { containers, networks, dependencyVolumes, images, folders, volumes: data } = found.value;
  const nothing =
    [containers, networks, dependencyVolumes, images, folders, data].flat().length === 0;
  const text = leftoversText(found.value);
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
    const cleaned = await withoutSession(located.value, 'dev clean', world, progress, () =>
      clean(located.value, found.value, world, report),
    );
    if (!cleaned.ok) {
      display.close();
      return printFailures(invocation, [cleaned.failure]);
    }
  }
  display.close();
  const heading = nothing ? '' : globals.dryRun ? 'would remove\n' : 'removed\n';
  printResult(invocation, { dryRun: globals.dryRun, ...found.value }, heading + text);
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
