/** The composition root: builds the adapters, runs the command line, sets the exit status. */
import { dirname } from 'node:path';
import { endProcess } from './adapters/end-process.ts';
import type { GlobalOptions, Invocation } from './cli/invocation.ts';
import type { World } from './ports/world.ts';
import { terminalText } from './util/terminal-text.ts';

/** Set by the build from package.json. */
declare const ONESTACK_VERSION: string;

const INTERRUPTED = 130;
const CRASHED = 1;

/** The first Ctrl-C asks the work to stop; a second one ends the process at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      controller.abort(new Error(`interrupted by ${name}`));
    });
  }
  return controller.signal;
}

/**
 * What is started from here, the session too, stays with the engine that is chosen now, though the
 * current context should be another one later.
 */
function keepEngine(world: World): void {
  const choice = world.engineChoice();
  if (!choice.ok || (process.env['DOCKER_HOST'] ?? '') !== '') return;
  process.env['DOCKER_CONTEXT'] = choice.value.context;
}

async function invocation(globals: GlobalOptions, typed: readonly string[]): Promise<Invocation> {
  const { createWorld } = await import('./adapters/world.ts');
  const toolDirectory = dirname(__dirname);
  const world = createWorld(toolDirectory, ONESTACK_VERSION);
  keepEngine(world);
  return {
    world,
    globals,
    typed,
    program: __filename,
    signal: interruptSignal(),
  };
}

async function main(argv: readonly string[]): Promise<number> {
  const { runProgram } = await import('./cli/program.ts');
  const write = {
    out: (text: string) => void process.stdout.write(text),
    err: (text: string) => void process.stderr.write(text),
  };
  const line = { argv, version: ONESTACK_VERSION, write };
  return runProgram(line, (globals) => invocation(globals, argv));
}

process.on('uncaughtException', (error) => {
  void import('./cli/crash.ts').then(({ crashText }) => {
    const withStack =
      process.argv.some((word) => word === '--verbose' || word === '-v') || !process.stderr.isTTY;
    process.stderr.write(terminalText(crashText(error, withStack), false), () =>
      process.exit(CRASHED),
    );
  });
});

void main(process.argv).then(endProcess);
