/**
 * Runs a bundled script with V8's compiled form of it from the time before: parsing and compiling it
 * is a third of what a short command does. What is kept is only ever what V8 itself made of that
 * very file; V8 refuses what another version or other flags of it made.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { constants, Script } from 'node:vm';
import { makeFolders } from './make-folder.ts';
import { writeNewSync } from './write-atomic.ts';

/** Commands differ in what they use, so that each has a file of its own; a command is a word. */
const COMMAND = /^(?:__)?[a-z]{2,12}$/;
/** Options of the whole program that are followed by a value, which is no command. */
const WITH_VALUE = new Set(['--project', '--context', '--profile']);
const FILES_KEPT = 60;
const OTHERS_MAY_WRITE = 0o022;

/** The word that is the command, if it is an ordinary one. */
export function commandOf(args: readonly string[]): string | undefined {
  const word = args.find((arg, at) => !arg.startsWith('-') && !WITH_VALUE.has(args[at - 1] ?? ''));
  return word !== undefined && COMMAND.test(word) ? word : undefined;
}

function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const { XDG_CACHE_HOME: named = '' } = environment;
  return join(isAbsolute(named) ? named : join(homedir(), '.cache'), 'onestack/code');
}

/** Compiled code runs as it is: it has to be this person's own, and nobody else's to change. */
function readOwn(path: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const { uid, mode } = fstatSync(descriptor);
    const isOwn = uid === process.geteuid?.() && (mode & OTHERS_MAY_WRITE) === 0;
    return isOwn ? readFileSync(descriptor) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Where nothing can be written the next start is as slow as this one was. */
function keep(folder: string, name: string, script: Script): void {
  try {
    makeFolders(folder, 0o700);
    const data = script.createCachedData();
    // Flushed: V8 tells half a file, but not one in which the machine's end left holes.
    writeNewSync(join(folder, name), data, { mode: 0o600, kept: undefined });
    const byAge = readdirSync(folder)
      .map((each) => ({ path: join(folder, each), ms: statSync(join(folder, each)).mtimeMs }))
      .sort((a, b) => b.ms - a.ms);
    for (const { path } of byAge.slice(FILES_KEPT)) rmSync(path, { force: true });
  } catch {
    // As above.
  }
}

/** What is asked of the process: its command line, where caches are, and word of its end. */
interface Caller {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  once(event: 'exit', listener: () => void): unknown;
}

/**
 * @param file a script that is one function expression, in ASCII
 * @param name tells its contents apart from every other's
 * @returns the function
 */
export function loadCached(file: string, name: string, caller: Caller): unknown {
  const args = caller.argv.slice(2);
  const command = commandOf(args);
  const { arch, version } = process;
  const cacheName = `${name}-${command ?? ''}-${arch}-${version}.bin`;
  const folder = cacheFolder(caller.env);
  const cachedData = command === undefined ? undefined : readOwn(join(folder, cacheName));
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  if (!isKept && command !== undefined && !args.includes('--dry-run')) {
    // At the end, when all that this command needs has been compiled.
    caller.once('exit', () => keep(folder, cacheName, script));
  }
  return script.runInThisContext();
}
