import type { Command } from 'commander';
import type { EditorChanges } from '../app/editor.ts';
import type { Failure } from '../events/failure.ts';
import { oneLine } from '../util/terminal-text.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

/** Shows what would change of the person's own files, and asks. New files take nothing from anybody. */
async function agree(
  { world, globals }: Invocation,
  { changes }: EditorChanges,
): Promise<Result<boolean, Failure>> {
  const { stderr, prompts, interactive } = world.terminal;
  const own = changes.filter(({ before }) => before !== undefined);
  if (own.length === 0) return ok(true);
  const { lineDiff } = await import('../views/line-diff.ts');
  for (const { path, before, after } of own) {
    stderr.write(lineDiff(path, before, after, stderr.color));
  }
  if (globals.yes || globals.dryRun) return ok(true);
  if (interactive && !globals.json) return prompts.confirm('Add that to your files?', true);
  const what = 'nothing was written: there is nobody to ask';
  return fail({ reason: 'usage', what, cure: '--yes writes it, --dry-run only shows it' });
}

async function finish(
  invocation: Invocation,
  found: Result<EditorChanges, readonly Failure[]>,
): Promise<number> {
  const { writeEditorChanges } = await import('../app/editor.ts');
  const { world, globals } = invocation;
  if (!found.ok) return printFailures(invocation, found.failure);
  const { changes, files } = found.value;
  const agreed = await agree(invocation, found.value);
  if (!agreed.ok) return printFailures(invocation, [agreed.failure]);
  if (!agreed.value) {
    world.terminal.stderr.write('nothing was written\n');
    return 0;
  }
  const written = globals.dryRun ? undefined : writeEditorChanges(found.value, world);
  if (written?.ok === false) return printFailures(invocation, [written.failure]);
  const verb = globals.dryRun ? 'would write' : 'wrote';
  const added = globals.dryRun ? 'would add to' : 'added to';
  const lines = changes.map(
    ({ path, before }) => `${before === undefined ? verb : added} ${oneLine(path)}\n`,
  );
  const text = lines.join('') || `nothing to do: ${files.map(oneLine).join(', ')}\n`;
  const paths = changes.map(({ path }) => path);
  printResult(invocation, { dryRun: globals.dryRun, written: paths, files }, text);
  return 0;
}

export function declareEditor(program: Command, run: RunUseCase): void {
  const editor = program
    .command('editor')
    .description('files for editors; yours get what they lack, nothing of them is changed');
  editor
    .command('devcontainer')
    .description('Dev Containers: attach to modules that run, in the image of production')
    .argument('[module]', 'this module alone')
    .action((module: string | undefined, _options: unknown, command: Command) =>
      run(command, async (invocation) => {
        const { devcontainerChanges } = await import('../app/editor.ts');
        const { world, globals } = invocation;
        const request = { project: globals.project, module };
        return finish(invocation, devcontainerChanges(request, world));
      }),
    );
  editor
    .command('vscode')
    .description('VS Code: breakpoints, what dev watch finds as problems, where packages are')
    .action((_options: unknown, command: Command) =>
      run(command, async (invocation) => {
        const { vscodeChanges } = await import('../app/editor.ts');
        const { world, globals } = invocation;
        return finish(invocation, vscodeChanges({ project: globals.project }, world));
      }),
    );
}
