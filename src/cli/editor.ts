import type { Command } from 'commander';
import { oneLine } from '../util/terminal-text.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { Run } from './run.ts';

async function act(invocation: Invocation, module: string | undefined): Promise<number> {
  const { devcontainerChanges, writeEditorChanges } = await import('../app/editor.ts');
  const { world, globals } = invocation;
  const found = devcontainerChanges({ project: globals.project, module }, world);
  if (!found.ok) return printFailures(invocation, found.failure);
  const { changes, files } = found.value;
  const written = globals.dryRun ? undefined : writeEditorChanges(found.value, world);
  if (written?.ok === false) return printFailures(invocation, [written.failure]);
  const verb = globals.dryRun ? 'would write' : 'wrote';
  const added = globals.dryRun ? 'would add to' : 'added to';
  const lines = changes.map(({ path, isNew }) => `${isNew ? verb : added} ${oneLine(path)}\n`);
  const text = lines.join('') || `nothing to do: ${files.map(oneLine).join(', ')}\n`;
  const paths = changes.map(({ path }) => path);
  printResult(invocation, { dryRun: globals.dryRun, written: paths, files }, text);
  return 0;
}

export function declareEditor(program: Command, run: Run): void {
  const editor = program
    .command('editor')
    .description('files for editors; yours get what they lack, nothing of them is changed');
  editor
    .command('devcontainer')
    .description('Dev Containers: attach to modules that run, in the image of production')
    .argument('[module]', 'this module alone')
    .action((module: string | undefined, _options: unknown, command: Command) =>
      run(command, (invocation) => act(invocation, module)),
    );
}
