import { Argument, type Command } from 'commander';
import { sizeText } from '../util/size-text.ts';
import { CI_SERVICES, type CiService } from '../release/ci-files.ts';
import { withDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { Run } from './run.ts';

interface CiOptions {
  readonly plan: boolean;
}

interface GenerateOptions {
  readonly check: boolean;
}

async function act(invocation: Invocation, options: CiOptions): Promise<number> {
  const { world, globals, signal } = invocation;
  const { ci } = await import('../app/ci.ts');
  const { pipelineText } = await import('../release/pipeline.ts');
  const { plan } = options;
  const outcome = await withDisplay(invocation, (report) =>
    ci({ ...globals, plan }, world, { report, signal }),
  );
  if (!outcome.ok) return printFailures(invocation, outcome.failure);
  const { version, plan: planned } = outcome.value;
  const text = plan
    ? pipelineText(planned)
    : planned.steps.length === 0
      ? `${version}: nothing to do, all of it was done before\n`
      : `${version} is good: ${String(planned.steps.length)} steps, ${String(planned.kept.length)} kept\n`;
  const sizes = Object.entries(outcome.value.sizes).map(
    ([name, { bytes, ownBytes }]) =>
      `  ${name}: ${outcome.value.images[name] ?? ''}, ${sizeText(bytes)}, ${sizeText(ownBytes)} of it its own\n`,
  );
  printResult(invocation, outcome.value, text + sizes.join(''));
  return 0;
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

export function declareCi(program: Command, run: Run): void {
  const ci = program
    .command('ci')
    .description('run the pipeline of this commit: check, build, bake, try')
    .option('--plan', 'say what would be done, and what is kept from earlier runs', false)
    .action((options: CiOptions, command: Command) =>
      run(command, (invocation) => act(invocation, options)),
    );
  ci.command('generate')
    .description('write the file by which a CI service runs dev ci')
    .addArgument(new Argument('<service>', 'which one').choices(CI_SERVICES))
    .option('--check', 'write nothing; fail when the file is out of date', false)
    .action((service: CiService, options: GenerateOptions, command: Command) =>
      run(command, (invocation) => generate(invocation, service, options)),
    );
}
