import { InvalidArgumentError, type Command } from 'commander';
import type { Located } from '../app/project/locate.ts';
import type { ProbeListener, ProbeOptions } from '../app/probe.ts';
import { parseDuration } from '../util/duration.ts';
import { jsonText } from '../util/json-text.ts';
import type * as ProbeText from '../views/probe-text.ts';
import { createDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures } from './outcome.ts';
import type { RunUseCase } from './run.ts';

const SHORTEST_PAUSE_MS = 1_000;

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

type ProbeChoice = ProbeOptions & { readonly everyMs: number | undefined };

async function act(invocation: Invocation, options: ProbeChoice): Promise<number> {
  const { world, signal } = invocation;
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const { everyMs } = options;
  for (;;) {
    const status = await probeOnce(invocation, located.value, options);
    if (everyMs === undefined) return status;
    const interrupted = await world.clock.sleep(everyMs, signal).then(
      () => false,
      () => true,
    );
    if (interrupted) return status;
    world.terminal.stdout.perform('clear');
  }
}

async function probeOnce(
  invocation: Invocation,
  located: Located,
  options: ProbeChoice,
): Promise<number> {
  const { world, signal, globals } = invocation;
  const { openTools } = await import('../app/tools/open.ts');
  const { runProbes } = await import('../app/probe.ts');
  const display = await createDisplay(invocation);
  const { report } = display;
  const context = openTools(located, world, { report, signal, yes: globals.yes });
  const ready = (): void => display.close();
  const views = await import('../views/probe-text.ts');
  const reports = await runProbes(options, { ...context, ready }, listener(invocation, views));
  display.close();
  if (!reports.ok) return printFailures(invocation, reports.failure);
  const ok = reports.value.every((each) => each.ok);
  if (globals.json) {
    const space = options.everyMs === undefined ? 2 : undefined;
    const text = jsonText({ ok, probes: reports.value }, space);
    world.terminal.stdout.write(`${text}\n`);
  }
  return ok ? 0 : 1;
}

function parseEvery(text: string): number {
  const everyMs = parseDuration(text);
  if (everyMs === undefined || everyMs < SHORTEST_PAUSE_MS) {
    throw new InvalidArgumentError('Give a duration of a second or more: 5s, 1m.');
  }
  return everyMs;
}

export function declareProbe(program: Command, run: RunUseCase): void {
  program
    .command('probe')
    .description('a request through every stage; names the first that fails')
    .argument('[name]', 'a probe of dev.yaml, or a derived one; all by default')
    .option('--stage <stage>', 'only into that stage')
    .option('--every <duration>', 'again and again, until Ctrl-C', parseEvery)
    .option('--derived', 'the probes that are derived, although dev.yaml has some', false)
    .action(
      (
        name: string | undefined,
        { stage, derived, every }: { stage?: string; derived: boolean; every?: number },
        self: Command,
      ) => run(self, (invocation) => act(invocation, { name, stage, derived, everyMs: every })),
    );
}
