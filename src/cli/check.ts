import pc from 'picocolors';
import { InvalidArgumentError, type Command } from 'commander';
import { CHECK_KINDS, type CheckKind } from '../model/checks.ts';
import type { CheckReport } from '../app/check.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface CheckOptions {
  readonly only: readonly CheckKind[];
}

const CHECK_FAILED = 1;

/** `test`, `compile,lint` */
function parseOnly(text: string): readonly CheckKind[] {
  return text.split(',').map((word) => {
    const kind = CHECK_KINDS.find((one) => one === word.trim());
    if (kind === undefined)
      throw new InvalidArgumentError(`Checks are: ${CHECK_KINDS.join(', ')}.`);
    return kind;
  });
}

async function act(
  invocation: Invocation,
  modules: readonly string[],
  { only }: CheckOptions,
): Promise<number> {
  const { world, globals, signal } = invocation;
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const { check } = await import('../app/check.ts');
  const { watchLines } = await import('../views/watch-lines.ts');
  const { CheckOutputLines } = await import('../views/check-output.ts');
  const { stdout, stderr } = world.terminal;
  const said = new CheckOutputLines(stderr.color);
  const progress = { color: stderr.color, columns: stderr.columns() };
  const report = await check(
    { ...located.value, context: globals.context, modules, only },
    world,
    {
      onNote: (text) => globals.quiet || stderr.write(`· ${text}\n`),
      onEvent: (event) => {
        if (globals.quiet) return;
        for (const line of globals.verbose ? said.lines(event) : []) stderr.write(`${line}\n`);
        if (event.kind !== 'check-started' && event.kind !== 'check-finished') return;
        for (const line of watchLines(event, progress)) stderr.write(`${line}\n`);
      },
    },
    signal,
  );
  if (!report.ok) return printFailures(invocation, report.failure);
  printResult(invocation, report.value, summary(report.value, pc.createColors(stdout.color)));
  return report.value.passed ? 0 : CHECK_FAILED;
}

function summary(
  { results, unfinished }: CheckReport,
  colors: ReturnType<typeof pc.createColors>,
): string {
  const failed = results.filter(({ outcome }) => outcome !== 'passed');
  const names = [
    ...failed.map(({ module, check, outcome }) => `${module} ${check} ${outcome}`),
    ...unfinished.map(({ module, check, reason }) => `${module} ${check} not run: ${reason}`),
  ];
  if (names.length === 0) {
    if (results.length === 0) return 'nothing to check\n';
    return `${colors.green('✓')} ${String(results.length)} passed\n`;
  }
  return names.map((name) => `${colors.red('✗')} ${name}\n`).join('');
}

export function declareCheck(program: Command, run: RunUseCase): void {
  program
    .command('check')
    .description(`run the checks once, as on a save: ${CHECK_KINDS.join(', ')}`)
    .argument('[module...]', 'only these modules')
    .option('--only <checks>', `only these checks (${CHECK_KINDS.join(',')})`, parseOnly, [])
    .action((modules: string[], options: CheckOptions, command: Command) =>
      run(command, (invocation) => act(invocation, modules, options)),
    );
}
