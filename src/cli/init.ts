import type { Command } from 'commander';
import type { InitPlan, InitQuestions } from '../app/init.ts';
import type { Failure } from '../events/failure.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { Invocation } from './invocation.ts';
import { parseNames } from './names.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface InitOptions {
  readonly name?: string;
  readonly modules?: string;
  readonly env?: boolean;
  readonly router: boolean;
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
      if (found.length === 0 || !isAsked(invocation)) return ok(byDefault ? found : []);
      const list =
        names.length === 1 ? `a module of ${names.join()}` : `modules of ${names.join(', ')}`;
      const answer = await prompts.confirm(`Make ${list}?`, byDefault);
      if (!answer.ok) return answer;
      return ok(answer.value ? found : []);
    },
    env: async (missing) => {
      if (options.env !== undefined) return ok(options.env);
      if (!isAsked(invocation)) return ok(true);
      const [paths, examples] = [
        missing.map(({ path }) => path),
        missing.map((one) => one.example),
      ];
      const it = missing.length === 1 ? 'it' : 'each';
      return prompts.confirm(
        `There is no ${paths.join(', ')}: make ${it} of ${examples.join(', ')}?`,
        true,
      );
    },
  };
}

function chosen<T extends { readonly name: string }>(
  flag: string,
  found: readonly T[],
): Result<readonly T[], Failure> {
  const names = flag === 'none' ? [] : parseNames(flag);
  const unknown = names.find((name) => !found.some((module) => module.name === name));
  if (unknown === undefined) return ok(found.filter(({ name }) => names.includes(name)));
  return fail({
    reason: 'usage',
    what: `no module ${unknown} was found`,
    cure:
      found.length === 0
        ? 'None was found at all: a module has a package.json, go.mod, … of its own, and no service builds its folder'
        : `There are ${found.map(({ name }) => name).join(', ')}; or --modules none`,
  });
}

/** Whether to write what was shown. */
async function agree(
  { world, globals }: Invocation,
  again: string,
): Promise<Result<boolean, Failure>> {
  const { prompts, interactive } = world.terminal;
  if (globals.dryRun) return ok(false);
  if (globals.yes) return ok(true);
  if (!interactive || globals.json) {
    return fail({
      reason: 'usage',
      what: 'nothing was written: there is nobody to ask',
      cure: `${again} --yes writes it; ${again} --dry-run only shows it`,
    });
  }
  return prompts.confirm('Write these files?', true);
}

/** Shows, asks, writes. */
async function finish(
  invocation: Invocation,
  plan: Pick<InitPlan, 'root' | 'files'>,
  {
    shown,
    document,
    again,
  }: { readonly shown: string; readonly document: object; readonly again: string },
): Promise<number> {
  const { world, globals } = invocation;
  if (!globals.json && !globals.quiet) world.terminal.stderr.write(shown);
  const agreed = await agree(invocation, again);
  if (!agreed.ok) return printFailures(invocation, [agreed.failure]);
  const result = { ...document, written: agreed.value };
  if (!agreed.value) {
    printResult(invocation, result, 'nothing was written\n');
    return 0;
  }
  const { applyInit } = await import('../app/init.ts');
  const applied = applyInit(plan, world);
  if (!applied.ok) return printFailures(invocation, [applied.failure]);
  const names = plan.files.map(({ path }) => path).join(', ');
  printResult(invocation, result, `wrote ${names}\nnext: dev up\n`);
  return 0;
}

async function act(invocation: Invocation, options: InitOptions): Promise<number> {
  const { planInit } = await import('../app/init.ts');
  const { initDiff, initNotes } = await import('../views/init-text.ts');
  const { world, globals } = invocation;
  const { name, router } = options;
  const request = { project: globals.project, name, router };
  const plan = await planInit(request, questionsOf(invocation, options), world);
  if (!plan.ok) return printFailures(invocation, plan.failure);
  const { color } = world.terminal.stderr;
  const shown = `${initDiff(plan.value, color)}\n${initNotes(plan.value, color)}`;
  return finish(invocation, plan.value, { shown, document: plan.value, again: 'dev init' });
}

async function move(invocation: Invocation, service: string): Promise<number> {
  const { planMove } = await import('../app/init/move.ts');
  const { initDiff, moveNotes } = await import('../views/init-text.ts');
  const { world, globals } = invocation;
  const plan = await planMove({ project: globals.project, service }, world);
  if (!plan.ok) return printFailures(invocation, plan.failure);
  const { color } = world.terminal.stderr;
  const shown = `${initDiff(plan.value, color)}\n${moveNotes(plan.value, color)}`;
  const again = `dev init move ${service}`;
  return finish(invocation, plan.value, { shown, document: plan.value, again });
}

export function declareInit(program: Command, run: RunUseCase): void {
  const init = program
    .command('init')
    .description('make a project of this repository, its Compose file included')
    .option(
      '--name <name>',
      'what the project is called (default: as Compose calls it, or the folder)',
    )
    .option('--modules <names>', 'which of the modules that are found (a,b or none; default: all)')
    .option(
      '--env',
      'make .env, and files like it that services take, of their examples where they are missing (default)',
    )
    .option('--no-env', 'make no .env')
    .option('--no-router', 'no addresses by name (https://NAME.localhost)')
    .action((options: InitOptions, command: Command) =>
      run(command, (invocation) => act(invocation, options)),
    );
  init
    .command('move')
    .description('make a watched module of a service that is built from a Dockerfile')
    .argument('<service>', 'service of the Compose file')
    .action((service: string, _options: object, command: Command) =>
      run(command, (invocation) => move(invocation, service)),
    );
}
