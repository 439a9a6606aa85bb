import type { Command } from 'commander';
import { choiceText } from '../ports/engine-choice.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures, printHint } from './outcome.ts';
import type { RunUseCase } from './run.ts';

async function act(invocation: Invocation): Promise<number> {
  const { world } = invocation;
  const { isUp, serviceStatuses } = await import('../app/status.ts');
  const { addressesText, checksText, otherEngineText, statusText, troublesText } =
    await import('../views/status-text.ts');
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const { instance } = located.value;
  const { definedServices } = await import('../app/project/defined-services.ts');
  const defined = definedServices(located.value.places, world.files);
  const statuses = await serviceStatuses(await world.engine(), instance, defined);
  if (!statuses.ok) return printFailures(invocation, [statuses.failure]);
  const services = statuses.value;
  const { isEngineOfSession } = await import('../app/session/same-engine.ts');
  const { readSessionState } = await import('../app/session/known-session.ts');
  const session = await readSessionState(located.value.places, world);
  const { color } = world.terminal.stdout;
  const checks = session === undefined ? '' : checksText(session, world.clock.now(), color);
  // Troubles of a session that is gone may be gone, too.
  const current = session?.running === true ? session.state : undefined;
  const troubled = (service: string): boolean =>
    current?.problems.some(({ key }) => key === `service:${service}`) ?? false;
  const rows = services.map((row) => ({ ...row, troubled: troubled(row.service) }));
  const choice = world.engineChoice();
  // What nobody chose needs no word.
  const chosen = choice.ok && choice.value.chosenBy !== undefined ? choice.value : undefined;
  const isOther = current !== undefined && !(await isEngineOfSession(current.session, world));
  const other = isOther ? otherEngineText(current, color) : '';
  const engine = `${chosen === undefined ? '' : `engine: ${choiceText(chosen)}\n`}${other}`;
  const { namedUrls } = await import('../app/router/addresses.ts');
  const addresses = namedUrls(located.value.places, instance, world);
  const text =
    services.length === 0
      ? `${instance}: nothing runs (dev up)\n${engine}`
      : `${instance}\n${statusText(rows, color)}${addressesText(addresses)}${checks}${engine}${current === undefined ? '' : troublesText(current, color)}`;
  const { modules = [], session: own } = session?.state ?? {};
  const document = {
    instance,
    ...(choice.ok && {
      engine: {
        address: choice.value.address,
        context: choice.value.context,
        ...(chosen !== undefined && { chosenBy: chosen.chosenBy }),
      },
    }),
    services,
    addresses,
    modules,
    problems: current?.problems ?? [],
    ...(current?.plan !== undefined && { plan: current.plan }),
    session: { ...own, running: session?.running ?? false },
  };
  printHint(invocation, document, text);
  // What runs can be well beside an edit that cannot be read: what is told as wrong ends with 1, too.
  const isWrong =
    current?.problems.some(({ level }) => level === 'error') === true ||
    (current?.plan?.failures ?? []).length > 0;
  return rows.every((row) => isUp(row) && !row.troubled) && !isWrong ? 0 : 1;
}

export function declareStatus(program: Command, run: RunUseCase): void {
  program
    .command('status')
    .description('services, health, ports, checks with their last result')
    .action((_options: unknown, command: Command) => run(command, act));
}
