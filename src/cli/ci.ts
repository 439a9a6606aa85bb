import { Argument, type Command } from 'commander';
import { sizeText } from '../util/size-text.ts';
import { runDocument, type ReportRun } from '../release/report-data.ts';
import { jsonText } from '../util/json-text.ts';
import { CI_SERVICES, type CiService } from '../release/ci-files.ts';
import { withDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface CiOptions {
  readonly plan: boolean;
  readonly resume: boolean;
  readonly dirty: boolean;
}

interface GenerateOptions {
  readonly check: boolean;
}

async function act(
  invocation: Invocation,
  only: readonly string[],
  options: CiOptions,
): Promise<number> {
  const { world, globals, signal } = invocation;
  const { ci } = await import('../app/ci.ts');
  const { pipelineText } = await import('../release/pipeline-plan.ts');
  const { plan, resume, dirty } = options;
  if (resume && only.length > 0) {
    const cure = 'Leave --resume out: what is done already is kept anyway';
    const what = '--resume goes on with what the earlier run was asked for';
    return printFailures(invocation, [{ reason: 'usage', what, cure }]);
  }
  let run: ReportRun | undefined;
  const onRun = (told: ReportRun): void => {
    run = told;
  };
  const outcome = await withDisplay(invocation, (report) =>
    ci({ ...globals, plan, resume, dirty, only, onRun }, world, { report, signal }),
  );
  const tree = run === undefined ? '' : await treeText(run, invocation, !outcome.ok);
  if (!outcome.ok) {
    if (!globals.quiet) world.terminal.stderr.write(tree);
    return printFailures(invocation, outcome.failure, run && { run: runDocument(run) });
  }
  const { version, plan: planned } = outcome.value;
  const text = plan
    ? pipelineText(planned)
    : planned.steps.length === 0
      ? `${version}: nothing to do, all of it was done before\n`
      : `${version} ${goodText(only)}: ${String(planned.steps.length)} steps, ${String(planned.kept.length)} kept\n`;
  const sizes = Object.entries(outcome.value.sizes).map(
    ([name, { bytes, ownBytes }]) =>
      `  ${name}: ${outcome.value.images[name] ?? ''}, ${sizeText(bytes)}, ${sizeText(ownBytes)} of it its own\n`,
  );
  const document = { ...outcome.value, ...(run && { run: runDocument(run) }) };
  printResult(invocation, document, text + tree + sizes.join(''));
  return 0;
}

/** Some of the pipeline says nothing of the commit as a whole. */
function goodText(only: readonly string[]): string {
  return only.length === 0 ? 'is good' : `has passed ${only.join(' and ')}`;
}

async function treeText(
  run: ReportRun,
  { world }: Pick<Invocation, 'world'>,
  onStderr = false,
): Promise<string> {
  const { runTreeText } = await import('../views/run-tree.ts');
  const { stdout, stderr } = world.terminal;
  const { color } = onStderr ? stderr : stdout;
  return runTreeText(run, { color, nowMs: world.clock.now() });
}

const FOLLOW_MS = 1000;

/** The latest run, once or as it goes on. */
async function followRun(
  invocation: Invocation,
  { follow }: { readonly follow: boolean },
): Promise<number> {
  const { world, globals, signal } = invocation;
  const { latestRun } = await import('../app/ci.ts');
  const { stdout } = world.terminal;
  for (let last = ''; ;) {
    const found = await latestRun(globals.project, world);
    if (!found.ok) return printFailures(invocation, [found.failure]);
    const run = found.value;
    const document = run === undefined ? { run: null } : { run: runDocument(run) };
    const text =
      run === undefined ? 'nothing has run yet: dev ci\n' : await treeText(run, invocation);
    if (!follow) {
      printResult(invocation, document, text);
      return 0;
    }
    const shown = globals.json ? `${jsonText(document)}\n` : text;
    if (shown !== last) {
      if (last !== '' && !globals.json) stdout.perform('clear');
      stdout.write(shown);
      last = shown;
    }
    const isOver = await world.clock.sleep(FOLLOW_MS, signal).then(
      () => false,
      () => true,
    );
    if (isOver) return 0;
  }
}

async function generate(
  invocation: Invocation,
  service: CiService,
  { check }: GenerateOptions,
): Promise<number> {
  const { generateCi } = await import('../app/ci-generate.ts');
  const { world, globals } = invocation;
  const made = await generateCi({ ...globals, service, check }, world);
  if (!made.ok) return printFailures(invocation, made.failure);
  const { path, text, current } = made.value;
  const said = current ? `${path} is up to date\n` : `wrote ${path}: commit it\n`;
  const { dryRun } = globals;
  printResult(invocation, { dryRun, ...made.value }, dryRun && !current ? text : said);
  return 0;
}

export function declareCi(program: Command, run: RunUseCase): void {
  const ci = program
    .command('ci')
    .description('run the pipeline of this commit: check, build, bake, try')
    .argument('[stage...]', 'only these, and what they need: lint, test:api, one of your own')
    .option('--plan', 'say what would be done, and what is kept from earlier runs', false)
    .option('--resume', 'go on with the run of this commit that was killed or failed', false)
    .option('--dirty', 'run it of the working tree as it is, instead of the commit', false)
    .action((stages: readonly string[], options: CiOptions, command: Command) =>
      run(command, (invocation) => act(invocation, stages, options)),
    );
  ci.command('show')
    .description('the latest run as a tree: when each step ran, and how long it usually takes')
    .option('--follow', 'as it goes on, until Ctrl-C', false)
    .action((options: { readonly follow: boolean }, command: Command) =>
      run(command, (invocation) => followRun(invocation, options)),
    );
  ci.command('generate')
    .description('write the file by which a CI service runs dev ci')
    .addArgument(new Argument('<service>', 'which one').choices(CI_SERVICES))
    .option('--check', 'write nothing; fail when the file is out of date', false)
    .action((service: CiService, options: GenerateOptions, command: Command) =>
      run(command, (invocation) => generate(invocation, service, options)),
    );
}
