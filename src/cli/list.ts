import type { Command } from 'commander';
import type { ListedProject } from '../app/list.ts';
import { createDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

const STATES: Readonly<Record<ListedProject['state'], string>> = {
  running: '',
  stopped: 'stopped',
  down: 'down',
  gone: 'its folder is gone',
};

function stateText({ state, running, containers }: ListedProject): string {
  if (running === 0) return STATES[state];
  const where = state === 'gone' ? `, ${STATES.gone}` : '';
  return `${String(running)} of ${String(containers)} running${where}`;
}

async function act(invocation: Invocation): Promise<number> {
  const { listProjects } = await import('../app/list.ts');
  const { sizeText } = await import('../util/size-text.ts');
  const { tableText } = await import('../views/table.ts');
  const display = await createDisplay(invocation);
  const listed = await listProjects(invocation.world, display.report);
  display.close();
  if (!listed.ok) return printFailures(invocation, [listed.failure]);
  const rows = listed.value.map((project) => [
    project.name,
    stateText(project),
    project.diskBytes === undefined ? '?' : sizeText(project.diskBytes),
    project.root,
  ]);
  const isLeft = listed.value.some(({ state }) => state === 'gone');
  const hint = isLeft ? 'dev clean --all removes what is left of those that do not run\n' : '';
  const text = rows.length === 0 ? 'no project has been up here\n' : tableText(rows) + hint;
  printResult(invocation, { projects: listed.value }, text);
  return 0;
}

export function declareList(program: Command, run: RunUseCase): void {
  program
    .command('list')
    .description('all projects on this machine: where, running or not, disk used')
    .action((_options: unknown, command: Command) => run(command, act));
}
