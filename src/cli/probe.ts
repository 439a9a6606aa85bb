import type { Command } from 'commander';
import type { ProbeListener, ProbeOptions } from '../app/probe.ts';
import type * as ProbeText from '../views/probe-text.ts';
import { createDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures } from './outcome.ts';
import type { Run } from './run.ts';

type ListenerViews = Pick<typeof ProbeText, 'probeTitle' | 'stepLine' | 'blameLines'>;

/** Prints steps as they are done; with `--json` nothing until the end. */
function listener(
  { world, globals }: Invocation,
  { probeTitle, stepLine, blameLines }: ListenerViews,
): ProbeListener {
  const { stdout } = world.terminal;
  const { color } = stdout;
  const print = (line: string): void => {
    if (!globals.json) stdout.write(`${line}\n`);
  };
  return {
    onProbe: (probe) => print(probeTitle(probe, color)),
    onStep: (probe, step) => print(stepLine(probe, step, color)),
    onReport: (report) => blameLines(report, color).forEach(print),
  };
}

async function act(invocation: Invocation, options: ProbeOptions): Promise<number> {
  const { world, signal, globals } = invocation;
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const { openTools } = await import('../app/open-tools.ts');
  const { runProbes } = await import('../app/probe.ts');
  const display = await createDisplay(invocation);
  const context = openTools(located.value, world, {
    report: display.report,
    signal,
    yes: globals.yes,
  });
  const ready = (): void => display.close();
  const views = await import('../views/probe-text.ts');
  const reports = await runProbes(options, { ...context, ready }, listener(invocation, views));
  display.close();
  if (!reports.ok) return printFailures(invocation, reports.failure);
  const ok = reports.value.every((report) => report.ok);
  if (globals.json) {
    world.terminal.stdout.write(`${JSON.stringify({ ok, probes: reports.value }, null, 2)}\n`);
  }
  return ok ? 0 : 1;
}

export function declareProbe(program: Command, run: Run): void {
  program
    .command('probe')
    .description('a request through every stage; names the first that fails')
    .argument('[name]', 'a probe of dev.yaml, or a derived one; all by default')
    .option('--stage <stage>', 'only into that stage')
    .option('--derived', 'the probes that are derived, although dev.yaml has some', false)
    .action(
      (
        name: string | undefined,
        { stage, derived }: { stage?: string; derived: boolean },
        self: Command,
      ) => run(self, (invocation) => act(invocation, { name, stage, derived })),
    );
}
