import type { Command } from 'commander';
import { withDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { Run } from './run.ts';

interface CiOptions {
  readonly plan: boolean;
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
  printResult(invocation, outcome.value, text);
  return 0;
}

export function declareCi(program: Command, run: Run): void {
  program
    .command('ci')
    .description('run the pipeline of this commit: check, build, bake')
    .option('--plan', 'say what would be done, and what is kept from earlier runs', false)
    .action((options: CiOptions, command: Command) =>
      run(command, (invocation) => act(invocation, options)),
    );
}
