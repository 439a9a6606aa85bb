import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

async function act(invocation: Invocation): Promise<number> {
  const { commitVersion } = await import('../app/release/commit-version.ts');
  const { world, globals } = invocation;
  const found = await commitVersion(globals.project, world);
  if (!found.ok) return printFailures(invocation, [found.failure]);
  const { tag, shallow, version } = found.value;
  printResult(invocation, found.value, `${version}\n`);
  // A tag on the commit itself is there in a shallow clone as well.
  if (shallow && tag === undefined && !globals.quiet) {
    world.terminal.stderr.write(
      'dev: this clone is shallow, so tags may be missing and the version wrong: git fetch --unshallow --tags\n',
    );
  }
  return 0;
}

export function declareVersion(program: Command, run: RunUseCase): void {
  program
    .command('version')
    .description('the version of this commit, from its tags')
    .action((_options: unknown, command: Command) => run(command, act));
}
