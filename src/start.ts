/**
 * What every call loads: it answers by itself what needs nothing else, and hands everything else to
 * the program.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { commandOf, loadCached } from './adapters/code-cache.ts';
import { endProcess } from './adapters/end-process.ts';

/** Set by the build. */
declare const ONESTACK_VERSION: string;
declare const ONESTACK_PROGRAM: string;
declare const ONESTACK_QUICK: string;

/** Those of src/cli/quick-command.ts, whose program is a third of the whole: it is read at every start. */
const QUICK = new Set(['status', 'urls', 'logs', 'shell', 'probe']);

/** What the build wraps the program in: Node's own wrapper of a CommonJS module, and its address. */
type Wrapper = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: object },
  filename: string,
  directory: string,
) => void;

function runProgram(directory: string, name: string): void {
  const file = join(directory, `${name}.js`);
  const module = { exports: {} };
  // The build made the file of src/main.ts.
  const wrapper = loadCached(file, name, process) as Wrapper;
  wrapper(module.exports, createRequire(file), module, file, directory);
}

async function start(argv: readonly string[], entry: string): Promise<void> {
  // The commonest question of scripts, answered before anything is loaded.
  if (argv.length === 3 && (argv[2] === '--version' || argv[2] === '-V')) {
    process.stdout.write(`${ONESTACK_VERSION}\n`);
    return;
  }
  // Called in scripts and loops, on a container that runs: nothing else has to be loaded either.
  if (argv[2] === 'tools' && argv[3] === '--' && argv.length > 4) {
    const { runToolsFast } = await import('./adapters/tools-fast-path.ts');
    const status = await runToolsFast(argv.slice(4));
    if (status !== undefined) await endProcess(status);
  }
  const directory = dirname(entry);
  // Typed twenty times a day, mostly where nothing has changed: that is seen without the program.
  if (argv.includes('up')) {
    const { createNearWorld } = await import('./adapters/near-world.ts');
    const { upAgain } = await import('./cli/up-again.ts');
    const create = () => createNearWorld(dirname(directory), ONESTACK_VERSION);
    const program = join(directory, `${ONESTACK_PROGRAM}.js`);
    if (await upAgain(argv.slice(2), program, create)) await endProcess(0);
  }
  const isQuick = QUICK.has(commandOf(argv.slice(2)) ?? '');
  runProgram(directory, isQuick ? ONESTACK_QUICK : ONESTACK_PROGRAM);
}

// What is made here runs in containers and is read by the next call: strangers never write it, even
// where the person's own files may be written by anybody.
const usual = process.umask(0o022);
process.umask(usual | 0o002);
void start(process.argv, __filename);
