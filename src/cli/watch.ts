import type { Command } from 'commander';
import type { SessionEvent } from '../events/session-event.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures } from './outcome.ts';
import { jsonText } from '../util/json-text.ts';
import type { RunUseCase } from './run.ts';

interface WatchOptions {
  readonly output: boolean;
}

async function act(invocation: Invocation, { output }: WatchOptions): Promise<number> {
  const { world, globals, signal } = invocation;
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const { watch } = await import('../app/watch.ts');
  const { watchLines } = await import('../views/watch-lines.ts');
  const { CheckOutputLines } = await import('../views/check-output.ts');
  const { stdout, stderr } = world.terminal;
  const said = new CheckOutputLines(stdout.color);
  const print = (event: SessionEvent): void => {
    if (globals.json) {
      stdout.write(`${jsonText(event)}\n`);
      return;
    }
    const lines = [
      ...said.lines(event),
      ...watchLines(event, { color: stdout.color, columns: stdout.columns() }),
    ];
    for (const line of lines) stdout.write(`${line}\n`);
  };
  const followed = await watch(
    { ...located.value, context: globals.context, output },
    world,
    {
      onState: ({ watching, problems }) => {
        const at = world.clock.now();
        // Says that it is attached, and how files are watched; scripts wait for this line.
        print({ kind: 'watching', at, save: 0, ...watching });
        for (const { key, level, failures, at: since } of problems) {
          print({ kind: 'problem', at: since, save: 0, key, level, failures });
        }
      },
      onEvent: print,
      onLagged: (dropped) => {
        stderr.write(`${String(dropped)} events were left out: this terminal read too slowly\n`);
      },
      onBell: () => {
        stderr.perform('bell');
      },
    },
    signal,
  );
  if (!followed.ok) return printFailures(invocation, [followed.failure]);
  // The terminal has written `^C`.
  if (followed.value === 'left' && signal.aborted && stderr.isTty) stderr.write('\n');
  if (followed.value === 'left') return 0;
  stderr.write('the session ended\n');
  return 0;
}

export function declareWatch(program: Command, run: RunUseCase): void {
  program
    .command('watch')
    .description('what happens on every save, line by line; --json: one event a line')
    .option('--output', 'the output of the checks too', false)
    .action((options: WatchOptions, command: Command) =>
      run(command, (invocation) => act(invocation, options)),
    );
}
