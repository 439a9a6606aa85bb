import type { Command } from 'commander';
import type { InitPlan, InitQuestions } from '../app/init.ts';
import type { Failure } from '../events/failure.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { Run } from './run.ts';

interface InitOptions {
  readonly name?: string;
  readonly modules?: string;
  readonly env?: boolean;
}

const isAsked = ({ globals, world }: Invocation): boolean =>
  !globals.yes && !globals.dryRun && !globals.json && world.terminal.interactive;

/** Each question has a flag; without a terminal, or with `--yes`, the default is taken. */
function questionsOf(invocation: Invocation, options: InitOptions): InitQuestions {
  const { prompts } = invocation.world.terminal;
  return {
    modules: async (found, byDefault) => {
      const names = found.map(({ name }) => name);
      if (options.modules !== undefined) return chosen(options.modules, found);
      if (!isAsked(invocation)) return ok(byDefault ? found : []);
      const list =
        names.length === 1 ? `a module of ${names.join()}` : `modules of ${names.join(', ')}`;
      const answer = await prompts.confirm(`Make ${list}?`, byDefault);
      if (!answer.ok) return answer;
      return ok(answer.value ? found : []);
    },
    env: async (example) => {
      if (options.env !== undefined) return ok(options.env);
      if (!isAsked(invocation)) return ok(true);
      return prompts.confirm(`There is no .env: make it of ${example}?`, true);
    },
  };
}

function chosen<T extends { readonly name: string }>(
  flag: string,
  found: readonly T[],
): Result<readonly T[], Failure> {
  const names = flag === 'none' ? [] : flag.split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !found.some((module) => module.name === name));
  if (unknown === undefined) return ok(found.filter(({ name }) => names.includes(name)));
  return fail({
    reason: 'usage',
    what: `no module ${unknown} was found`,
    cure: `There are ${found.map(({ name }) => name).join(', ')}; or --modules none`,
  });
}

function documentOf(plan: InitPlan, written: boolean) {
  const { root, name, compose, modules, built, files, notes, equal } = plan;
  return { root, name, written, compose, modules, built, files, notes, equal };
}

/** Shows what would be written; says whether to write it. */
async function agree(invocation: Invocation, plan: InitPlan): Promise<Result<boolean, Failure>> {
  const { world, globals } = invocation;
  const { stderr, prompts, interactive } = world.terminal;
  const { initDiff, initNotes } = await import('../views/init-text.ts');
  if (!globals.json && !globals.quiet) {
    stderr.write(`${initDiff(plan, stderr.color)}\n${initNotes(plan, stderr.color)}`);
  }
  if (globals.dryRun) return ok(false);
  if (globals.yes) return ok(true);
  if (!interactive || globals.json) {
    return fail({
      reason: 'usage',
      what: 'nothing was written: there is nobody to ask',
      cure: 'dev init --yes writes it; dev init --dry-run only shows it',
    });
  }
  return prompts.confirm('Write these files?', true);
}

async function act(invocation: Invocation, options: InitOptions): Promise<number> {
  const { applyInit, planInit } = await import('../app/init.ts');
  const { world, globals } = invocation;
  const request = { project: globals.project, name: options.name };
  const plan = await planInit(request, questionsOf(invocation, options), world);
  if (!plan.ok) return printFailures(invocation, plan.failure);
  const agreed = await agree(invocation, plan.value);
  if (!agreed.ok) return printFailures(invocation, [agreed.failure]);
  const document = documentOf(plan.value, agreed.value);
  if (!agreed.value) {
    printResult(invocation, document, 'nothing was written\n');
    return 0;
  }
  const applied = applyInit(plan.value, world);
  if (!applied.ok) return printFailures(invocation, [applied.failure]);
  const names = plan.value.files.map(({ path }) => path).join(', ');
  printResult(invocation, document, `wrote ${names}\nnext: dev up\n`);
  return 0;
}

export function declareInit(program: Command, run: Run): void {
  program
    .command('init')
    .description('make a project of this repository, its Compose file included')
    .option(
      '--name <name>',
      'what the project is called (default: as Compose calls it, or the folder)',
    )
    .option('--modules <names>', 'which of the modules that are found (a,b or none; default: all)')
    .option('--env', 'make .env of its example where there is none (default)')
    .option('--no-env', 'leave .env alone')
    .action((options: InitOptions, command: Command) =>
      run(command, (invocation) => act(invocation, options)),
    );
}
