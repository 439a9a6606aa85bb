import { InvalidArgumentError, type Command } from 'commander';
import { createDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures } from './outcome.ts';
import type { RunUseCase } from './run.ts';
import { jsonText } from '../util/json-text.ts';

interface DebugOptions {
  readonly wait: boolean;
  readonly port?: number;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('Give a number from 1 to 65535.');
}

async function act(
  invocation: Invocation,
  module: string,
  { wait, port }: DebugOptions,
): Promise<number> {
  const { world, globals, signal } = invocation;
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const { readProject } = await import('../app/project/read-project.ts');
  const project = readProject(located.value.root, world);
  if (!project.ok) return printFailures(invocation, project.failure);
  const { debug } = await import('../app/debug.ts');
  const { deathText, debuggingText, strangerText } = await import('../views/debug-text.ts');
  const { stdout } = world.terminal;
  const display = await createDisplay(invocation);
  const tell = (event: object, text: string): void => {
    display.close();
    stdout.write(globals.json ? `${jsonText(event)}\n` : text);
  };
  const request = { ...located.value, modules: project.value.modules, module, wait, port };
  const ended = await debug(
    request,
    world,
    {
      onAttachable: (debugging) =>
        tell({ event: 'attachable', ...debugging }, debuggingText(debugging, stdout.color)),
      onDeath: ({ exitStatus }) =>
        tell({ event: 'process-ended', module, exitStatus }, deathText(module, exitStatus)),
      onStranger: (uid) =>
        tell({ event: 'refused', module, uid }, strangerText(uid, world.host.user)),
    },
    { report: display.report, signal },
  );
  display.close();
  if (!ended.ok) return printFailures(invocation, [ended.failure]);
  // The terminal has written `^C`.
  if (signal.aborted && !globals.json && stdout.isTty) stdout.write('\n');
  tell({ event: 'ended', module }, `${module} runs without its debugger again\n`);
  return 0;
}

export function declareDebug(program: Command, run: RunUseCase): void {
  program
    .command('debug')
    .description('a module’s process in its debugger, at a port of this machine, until Ctrl-C')
    .argument('<module>', 'it runs; Node, Python, Go or Java')
    .option('--wait', 'stop before its first line', false)
    .option('--port <number>', 'another port of this machine', portNumber)
    .action((module: string, options: DebugOptions, command: Command) =>
      run(command, (invocation) => act(invocation, module, options)),
    );
}
