/** The composition root: builds the adapters, runs the command line, sets the exit status. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
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

async function invocation(globals: GlobalOptions): Promise<Invocation> {
  const { createWorld } = await import('./adapters/world.ts');
  const toolDirectory = dirname(dirname(fileURLToPath(import.meta.url)));
  const world = createWorld(toolDirectory, ONESTACK_VERSION);
  keepEngine(world);
  return {
    world,
    globals,
    signal: interruptSignal(),
  };
}

async function main(argv: readonly string[]): Promise<number> {
  // The commonest question of scripts, answered before anything is loaded.
  if (argv.length === 3 && (argv[2] === '--version' || argv[2] === '-V')) {
    process.stdout.write(`${ONESTACK_VERSION}\n`);
    return 0;
  }
  // Called in scripts and loops, on a container that runs: nothing else has to be loaded either.
  if (argv[2] === 'tools' && argv[3] === '--' && argv.length > 4) {
    const { runToolsFast } = await import('./adapters/tools-fast-path.ts');
    const status = await runToolsFast(argv.slice(4));
    if (status !== undefined) return status;
  }
  const { runProgram } = await import('./cli/program.ts');
  return runProgram(argv, ONESTACK_VERSION, invocation);
}

/** Resolves when all that was written has gone out. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
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

const status = await main(process.argv);
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// Clients keep timers and idle connections for half a second and more; nobody waits for those.
process.exit(status);
