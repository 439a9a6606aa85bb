import { Option, type Command } from 'commander';
import type { StoreKind } from '../app/certs/read-stores.ts';
import type { CertsChanged } from '../app/certs/state.ts';
import { certsHint, certsText } from '../views/certs-text.ts';
import { withDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface Options {
  readonly only?: StoreKind;
  readonly all?: boolean;
}

async function status(invocation: Invocation, { only }: Options): Promise<number> {
  const { globals, world } = invocation;
  const { certsStatus } = await import('../app/certs.ts');
  const told = await certsStatus({ ...globals, only }, world, () => undefined);
  if (!told.ok) return printFailures(invocation, [told.failure]);
  const text = certsText(told.value) + certsHint(told.value.stores);
  printResult(invocation, told.value, text);
  return 0;
}

/** What was done to the stores, or would be. */
async function told(
  invocation: Invocation,
  changed: CertsChanged,
  nothing: string,
): Promise<number> {
  const { dryRun } = invocation.globals;
  const { failures, ...rest } = changed;
  const { commands } = rest;
  if (failures.length > 0) return printFailures(invocation, failures, rest);
  const lines = commands.map((line) => `  ${line}\n`).join('');
  const text =
    commands.length === 0
      ? `nothing to do: ${nothing}\n`
      : dryRun
        ? `would run:\n${lines}`
        : `${certsText(rest)}browsers that run see it after they are started again\n`;
  printResult(invocation, { dryRun, ...rest }, text);
  return 0;
}

async function trust(invocation: Invocation, { only }: Options): Promise<number> {
  const { globals, world, signal } = invocation;
  const { trustCerts } = await import('../app/certs.ts');
  const changed = await withDisplay(invocation, (report) =>
    trustCerts({ ...globals, only }, world, { report, signal }),
  );
  if (!changed.ok) return printFailures(invocation, [changed.failure]);
  return told(invocation, changed.value, 'every store trusts it');
}

async function untrust(invocation: Invocation, { only, all = false }: Options): Promise<number> {
  const { globals, world, signal } = invocation;
  const { untrustCerts } = await import('../app/certs.ts');
  const changed = await withDisplay(invocation, (report) =>
    untrustCerts({ ...globals, only, all }, world, { report, signal }),
  );
  if (!changed.ok) return printFailures(invocation, [changed.failure]);
  return told(invocation, changed.value, 'no store has it');
}

const only = (): Option =>
  new Option('--only <stores>', 'leave the others alone').choices(['system', 'browsers']);

export function declareCerts(program: Command, run: RunUseCase): void {
  const certs = program
    .command('certs')
    .description('have browsers and the system trust the addresses of this project')
    .action((_options: object, command: Command) =>
      run(command, (invocation) => status(invocation, {})),
    );
  certs
    .command('status')
    .description('which stores trust the CA of this project')
    .addOption(only())
    .action((options: Options, command: Command) =>
      run(command, (invocation) => status(invocation, options)),
    );
  certs
    .command('trust')
    .description('put it into their stores: it signs for names below localhost alone')
    .addOption(only())
    .action((options: Options, command: Command) =>
      run(command, (invocation) => trust(invocation, options)),
    );
  certs
    .command('untrust')
    .description('take it out again')
    .addOption(only())
    .option('--all', 'those of every project, also of folders that are gone', false)
    .action((options: Options, command: Command) =>
      run(command, (invocation) => untrust(invocation, options)),
    );
}
