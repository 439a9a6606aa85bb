import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures, printHint } from './outcome.ts';
import type { RunUseCase } from './run.ts';

async function act(invocation: Invocation): Promise<number> {
  const { serviceUrls, urlText } = await import('../app/urls.ts');
  const { tableText } = await import('../views/table.ts');
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const engine = await invocation.world.engine();
  const containers = await engine.containers(located.value.instance);
  if (!containers.ok) return printFailures(invocation, [containers.failure]);
  const { namedUrls } = await import('../app/router/addresses.ts');
  const { places, instance } = located.value;
  const urls = [...namedUrls(places, instance, invocation.world), ...serviceUrls(containers.value)];
  const text =
    urls.length === 0
      ? containers.value.length === 0
        ? 'nothing runs: dev up\n'
        : 'no service publishes a port\n'
      : tableText(urls.map((one) => [urlText(one), one.service]));
  printHint(invocation, { urls }, text);
  return 0;
}

export function declareUrls(program: Command, run: RunUseCase): void {
  program
    .command('urls')
    .description('where to click')
    .action((_options: unknown, command: Command) => run(command, act));
}
