import type { Command } from 'commander';
import { ok } from '../util/result.ts';
import { withDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

/** As `exitStatus` has it for a machine without an engine. */
const UNFIT = 3;

async function act(invocation: Invocation, fix: boolean): Promise<number> {
  const { world, globals, signal } = invocation;
  const { examine, examineAndMend, isFit } = await import('../app/doctor.ts');
  const { doctorText } = await import('../views/doctor-text.ts');
  const examination =
    fix && !globals.dryRun
      ? await withDisplay(invocation, (report) =>
          examineAndMend(globals.project, world, { yes: globals.yes, report, signal }),
        )
      : ok(await examine(globals.project, world));
  if (!examination.ok) return printFailures(invocation, [examination.failure]);
  const { findings, commands } = examination.value;
  printResult(
    invocation,
    { fit: isFit(examination.value), ...examination.value },
    doctorText(findings, commands, world.terminal.stdout.color),
  );
  return isFit(examination.value) ? 0 : UNFIT;
}

export function declareDoctor(program: Command, run: RunUseCase): void {
  program
    .command('doctor')
    .description('what is missing on this machine')
    .option('--fix', 'mend it: install and start the engine', false)
    .action((options: { fix: boolean }, command: Command) =>
      run(command, (invocation) => act(invocation, options.fix)),
    );
}
