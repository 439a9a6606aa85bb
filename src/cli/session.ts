import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface SessionOptions {
  /** Epoch milliseconds. */
  readonly editsSince?: number;
}

async function act(invocation: Invocation, { editsSince }: SessionOptions): Promise<number> {
  const { world, globals, signal } = invocation;
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const { runSession } = await import('../app/session/run.ts');
  const { context } = globals;
  const ended = await runSession(
    {
      ...located.value,
      context,
      project: located.value.instance,
      ...(editsSince !== undefined && { editsSinceMs: editsSince }),
    },
    world,
    signal,
  );
  return ended.ok ? 0 : printFailures(invocation, [ended.failure]);
}

/** The supervisor's own process: `dev up` starts it, people do not. */
export function declareSession(program: Command, run: RunUseCase): void {
  program
    .command('__session', { hidden: true })
    .option('--edits-since <ms>', 'tell what was edited since then', Number)
    .action((options: SessionOptions, command: Command) =>
      run(command, (invocation) => act(invocation, options)),
    );
}
