import type { Command } from 'commander';
import type { Trusted } from '../app/trust.ts';
import type { TrustRecord } from '../app/trust/store.ts';
import { tableText } from '../views/table.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface TrustOptions {
  readonly list: boolean;
  readonly revoke: boolean;
}

function trustedText(trusted: Trusted, lines: readonly string[], dryRun: boolean): string {
  const { root, reaches, already } = trusted;
  if (reaches.length === 0)
    return 'this project reaches nothing of this machine: nothing to trust\n';
  const verb = already ? 'trusted already' : dryRun ? 'would trust' : 'trusted';
  return `${verb}: the repository in ${root} can\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function recordsText(records: readonly TrustRecord[]): string {
  if (records.length === 0) return 'no project is trusted with anything of this machine\n';
  return tableText(
    records.map(({ root, approvals }) => {
      const last = approvals.at(-1);
      const when = last === undefined ? '' : new Date(last.atMs).toISOString().slice(0, 10);
      return [root, `${String(last?.reaches.length ?? 0)} on its list`, when];
    }),
  );
}

async function list(invocation: Invocation): Promise<number> {
  const { trustRecords } = await import('../app/trust/store.ts');
  const records = trustRecords(invocation.world);
  if (!records.ok) return printFailures(invocation, [records.failure]);
  printResult(invocation, { trusted: records.value }, recordsText(records.value));
  return 0;
}

async function revoke(invocation: Invocation): Promise<number> {
  const { distrust } = await import('../app/trust.ts');
  const { globals, world } = invocation;
  const revoked = distrust(globals, world);
  if (!revoked.ok) return printFailures(invocation, [revoked.failure]);
  const { root, had } = revoked.value;
  const text = had
    ? `${root} is not trusted any more; what runs goes on until dev down\n`
    : `${root} was not trusted with anything\n`;
  printResult(invocation, { dryRun: globals.dryRun, ...revoked.value }, text);
  return 0;
}

async function act(invocation: Invocation, options: TrustOptions): Promise<number> {
  if (options.list) return list(invocation);
  if (options.revoke) return revoke(invocation);
  const { trust } = await import('../app/trust.ts');
  const { reachLines } = await import('../app/trust/text.ts');
  const { globals, world } = invocation;
  const trusted = await trust(globals, world, () => undefined);
  if (!trusted.ok) return printFailures(invocation, trusted.failure);
  const text = trustedText(trusted.value, reachLines(trusted.value), globals.dryRun);
  printResult(invocation, { dryRun: globals.dryRun, ...trusted.value }, text);
  return 0;
}

export function declareTrust(program: Command, run: RunUseCase): void {
  program
    .command('trust')
    .description('agree to what this repository reaches beyond its containers')
    .option('--list', 'every folder that you trust with something', false)
    .option('--revoke', 'take it back', false)
    .action((options: TrustOptions, command: Command) =>
      run(command, (invocation) => act(invocation, options)),
    );
}
