import type { Command } from 'commander';
import type { FilesRequest } from '../app/config/files-request.ts';
import type { MergedCompose } from '../compose/load/merge.ts';
import type { Explainable } from '../compose/write/explain.ts';
import type { Places } from '../model/places.ts';
import type { Failure } from '../events/failure.ts';
import { ok, type Result } from '../util/result.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printHint, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface ConfigOptions {
  readonly file: readonly string[];
  readonly projectName?: string;
  readonly interpolate: boolean;
  readonly explain?: string;
  readonly diff: boolean;
}

/** A merged document, its text as a Compose file, and the project's `.dev` if it has one. */
interface Merging {
  readonly merged: MergedCompose;
  readonly text: () => string;
  readonly places: Places | undefined;
}

const filesRequest = (
  { profiles }: Invocation['globals'],
  { file, interpolate, projectName }: ConfigOptions,
): FilesRequest => ({ files: file, profiles, interpolate, projectName });

async function mergeNamedFiles(
  { world, globals }: Invocation,
  options: ConfigOptions,
): Promise<Result<Merging, readonly Failure[]>> {
  const { filesText, mergeFiles } = await import('../app/config.ts');
  const merged = mergeFiles(filesRequest(globals, options), world);
  if (!merged.ok) return merged;
  return ok({
    merged: merged.value,
    text: () => filesText(merged.value, world),
    places: undefined,
  });
}

async function mergeProject({
  world,
  globals,
}: Invocation): Promise<Result<Merging, readonly Failure[]>> {
  const { prepareProject } = await import('../app/project/project-config.ts');
  const prepared = await prepareProject(globals, world);
  if (!prepared.ok) return prepared;
  const { merged, composeText, opened } = prepared.value;
  return ok({ merged, text: () => composeText, places: opened.places });
}

/** Options that make no sense together. */
function wrongUsage(options: ConfigOptions): Failure | undefined {
  const hasFiles = options.file.length > 0;
  if (options.diff && hasFiles) {
    return {
      reason: 'usage',
      what: '--diff compares a project with what runs; it takes no files',
      cure: 'Leave -f away.',
    };
  }
  if (options.explain?.trim() === '') {
    return {
      reason: 'usage',
      what: '--explain needs the path of a value',
      cure: 'dev config --explain services.web.ports',
    };
  }
  const needsFiles = !options.interpolate || options.projectName !== undefined;
  if (needsFiles && !hasFiles) {
    return {
      reason: 'usage',
      what: '--no-interpolate and --project-name go with files',
      cure: 'Name them: dev config -f compose.yaml',
    };
  }
  return undefined;
}

async function explainNamedFiles(
  invocation: Invocation,
  options: ConfigOptions,
  path: string,
): Promise<number> {
  const { explainFiles } = await import('../app/config.ts');
  const { world, globals, program } = invocation;
  const request = { ...filesRequest(globals, options), program };
  const explained = explainFiles(request, path, world);
  if (!explained.ok) return printFailures(invocation, explained.failure);
  for (const note of explained.value.notes) world.terminal.stderr.write(`${note}\n`);
  return printExplanation(invocation, explained.value.merged, path);
}

async function printExplanation(
  invocation: Invocation,
  merged: Explainable,
  path: string,
): Promise<number> {
  const { explain, explanationText } = await import('../compose/write/explain.ts');
  const explanation = explain(merged, path);
  if (!explanation.ok) return printFailures(invocation, [explanation.failure]);
  printResult(invocation, explanation.value, explanationText(explanation.value));
  return 0;
}

async function printChanges(
  invocation: Invocation,
  merged: MergedCompose,
  places: Places,
): Promise<number> {
  const { changesSinceApplied } = await import('../app/up/last-applied.ts');
  const { changeText, changesDocument } = await import('../compose/write/change-text.ts');
  const changes = changesSinceApplied(merged, places, invocation.world.files);
  if (!changes.ok) return printFailures(invocation, [changes.failure]);
  if (changes.value === undefined) {
    printHint(invocation, { applied: false, changes: [] }, 'nothing was brought up yet (dev up)\n');
    return 0;
  }
  const lines = changes.value.map((change) => `${changeText(change)}\n`);
  const document = { applied: true, changes: changesDocument(changes.value) };
  printResult(invocation, document, lines.length === 0 ? 'no differences\n' : lines.join(''));
  return 0;
}

async function act(invocation: Invocation, options: ConfigOptions): Promise<number> {
  const wrong = wrongUsage(options);
  if (wrong !== undefined) return printFailures(invocation, [wrong]);
  const isOfFiles = options.file.length > 0;
  if (isOfFiles && options.explain !== undefined) {
    return explainNamedFiles(invocation, options, options.explain);
  }
  const merging = isOfFiles
    ? await mergeNamedFiles(invocation, options)
    : await mergeProject(invocation);
  if (!merging.ok) return printFailures(invocation, merging.failure);
  const { merged, text, places } = merging.value;
  const { unsetNotes } = await import('../app/up/variable-notes.ts');
  for (const note of unsetNotes({ environment: { merged } })) {
    invocation.world.terminal.stderr.write(`${note}\n`);
  }
  if (options.explain !== undefined) return printExplanation(invocation, merged, options.explain);
  if (options.diff && places !== undefined) {
    return printChanges(invocation, merged, places);
  }
  if (!invocation.globals.json) {
    invocation.world.terminal.stdout.write(text());
    return 0;
  }
  const { toPlain } = await import('../compose/load/merge.ts');
  printResult(invocation, toPlain(merged), '');
  return 0;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

export function declareConfig(program: Command, run: RunUseCase): void {
  program
    .command('config')
    .description('the merged Compose document, and where its values come from')
    .option(
      '-f, --file <file>',
      'merge these files instead, in no project (repeatable)',
      collect,
      [],
    )
    .option('-p, --project-name <name>', 'with -f: the name of the Compose project')
    .option('--no-interpolate', 'with -f: leave variables as they are written')
    .option('--explain <path>', 'who set a value, and what it replaced: services.api.ports')
    .option('--diff', 'what differs from what was brought up last', false)
    .action((options: ConfigOptions, command: Command) =>
      run(command, (invocation) => act(invocation, options)),
    );
}
