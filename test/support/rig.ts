import {
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, onTestFailed, onTestFinished } from 'vitest';
import { removeLeftovers } from './engine-leftovers.ts';
import { isNamedByProcess } from './find-process.ts';
import { ownName, ownState } from './own-run.ts';
import { deliveryFolder, placesIn, snapshotsFolder } from './places.ts';
import { runProgram, startProgram } from './run-program.ts';
import type { Outcome, ProgramOptions, Running } from './run-program.ts';
import { hostFiles } from '../../src/adapters/files.ts';
import { cacheScope } from '../../src/generate/cache-scope.ts';
import type { Places } from '../../src/model/places.ts';
import { pipelineCache } from '../../src/release/stage.ts';

/** The repository of the tool. */
export const REPOSITORY = resolve(import.meta.dirname, '../..');
const BINARY = join(REPOSITORY, 'dist/main.js');

export interface RigOptions {
  /** A folder to copy, relative to the repository: `examples/shop`. */
  readonly copyOf?: string;
  /** Files to write, path → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Added to the environment of all that is run. */
  readonly env?: Readonly<Record<string, string>>;
  /** Everything runs as this person, and belongs to her. Only root can do that. */
  readonly person?: Person;
}

interface Person {
  readonly uid: number;
  readonly gid: number;
  /** Further groups: the one that may use the engine. */
  readonly groups: readonly number[];
  /** Her login name, for programs that ask this machine; without it she is a number to all. */
  readonly name?: string;
}

/**
 * A temporary project under the real `dev`, and a record of all that was run in it.
 *
 * ```ts
 * test('…', async () => {
 *   const rig = rigForTest({ files: { 'dev.yaml': '…' } });
 *   const up = await rig.dev(['up', '--yes', '--detach']);
 *   expect(up.status).toBe(0);
 * });
 * ```
 *
 * `ONESTACK_KEEP=1` keeps the folder and the containers of failed tests, and says where they are.
 */
export interface Rig {
  /** Unique, `ostest-…`; written over the `name` of dev.yaml. */
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
  /** Runs `dev ARGS` in the project to its end. Never throws for an exit status. */
  dev(args: readonly string[], options?: ProgramOptions): Promise<Outcome>;
  /** Starts `dev ARGS`, for tests that signal it or watch it. */
  startDev(args: readonly string[], options?: ProgramOptions): Running;
  /** `dev ARGS` as a command line with its environment, for tests that speak with it; kept nowhere. */
  command(args: readonly string[]): CommandLine;
  /** Runs any program in the project, recorded like `dev`. */
  run(argv: readonly string[], options?: ProgramOptions): Promise<Outcome>;
  /** In the project; an absolute path stays as it is. */
  path(relative: string): string;
  /** Where the person's own things of the project are; after its first `dev up`. */
  places(): Places;
  read(relative: string): string;
  write(relative: string, text: string): void;
  /** Everything that was run, with status and output: what a failed test shows. */
  transcript(): string;
  /** Ends the session, removes whatever is left on the engine, then the folder. */
  remove(): Promise<void>;
}

/** What a program is started with. */
export interface CommandLine {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A rig for one test: shows its transcript if the test fails, removes itself when it ends. */
export function rigForTest(options: RigOptions = {}): Rig {
  const rig = createRig(options);
  let failed = false;
  onTestFailed(() => {
    failed = true;
    report(rig);
  });
  onTestFinished(async () => {
    if (!(failed && keepsFailed())) await rig.remove();
  });
  return rig;
}

/** One rig for all the tests of a file or a `describe`. Call the result inside hooks and tests. */
export function rigForSuite(options: RigOptions = {}): () => Rig {
  let rig: Rig | undefined;
  let failed = false;
  beforeAll(() => {
    rig = createRig(options);
  });
  afterEach(({ task }) => {
    if (rig === undefined || task.result?.state !== 'fail') return;
    failed = true;
    report(rig);
  });
  afterAll(async () => {
    if (!(failed && keepsFailed())) await rig?.remove();
  });
  return () => {
    if (rig === undefined) throw new Error('the rig is made in beforeAll: call it in a test');
    return rig;
  };
}

/** A rig that nothing removes by itself: for campaigns outside of tests. */
export function createRig(options: RigOptions): Rig {
  ownState();
  const name = ownName();
  const directory = mkdtempSync(join(tmpdir(), `${name}-`));
  const home = `${directory}-home`;
  const record: Running[] = [];
  const path = (relative: string) => resolve(directory, relative);

  const commandLine = (argv: readonly string[], env?: ProgramOptions['env']): CommandLine => ({
    argv: asPerson(argv, options.person, home),
    env: { ...(options.person && { HOME: home, XDG_STATE_HOME: '' }), ...options.env, ...env },
  });
  const start = (words: readonly string[], settings: ProgramOptions = {}): Running => {
    const { argv, env } = commandLine(words, settings.env);
    const running = startProgram(argv, { cwd: directory, ...settings, env });
    record.push(running);
    return running;
  };
  const startDev = (args: readonly string[], settings?: ProgramOptions) =>
    start([process.execPath, BINARY, ...args], settings);

  /** By force: `dev down` has tests of its own. Here it is for what lives outside of containers. */
  async function removeEnvironment(killed: boolean): Promise<void> {
    const otherEngine = options.env?.['DOCKER_HOST'] !== undefined;
    // What was killed may have asked the engine for something that is still being made.
    if (killed || otherEngine || isNamedByProcess(directory)) {
      const down = startDev(['down', '--volumes', '--no-snapshot'], { timeoutMs: 60_000 }).finished;
      await Promise.all([down.catch(() => undefined), removeLeftovers(name)]);
    }
    await removeLeftovers(name);
  }

  const rig: Rig = {
    name,
    directory,
    startDev,
    command: (args) => commandLine([process.execPath, BINARY, ...args]),
    dev: (args, settings) => startDev(args, settings).finished,
    run: (argv, settings) => start(argv, settings).finished,
    path,
    places: () => placesIn(directory, options.person && home),
    read: (relative) => readFileSync(path(relative), 'utf8'),
    write(relative, text) {
      mkdirSync(dirname(path(relative)), { recursive: true });
      writeFileSync(path(relative), text);
    },
    transcript: () => record.map(show).join('\n'),
    async remove() {
      const alive = record.filter((running) => running.status() === undefined);
      for (const running of alive) running.killGroup();
      await removeEnvironment(alive.length > 0);
      const delivery = deliveryFolder(directory, options.person && home);
      if (existsSync(delivery)) await removePipelineCache(directory, options.person?.uid);
      const snapshots = snapshotsFolder(directory, options.person && home);
      for (const folder of [directory, home, delivery, snapshots, accountsFile(home)])
        rmSync(folder, { recursive: true, force: true });
    },
  };

  if (options.copyOf !== undefined) copyProject(join(REPOSITORY, options.copyOf), directory);
  for (const [file, text] of Object.entries(options.files ?? {})) {
    rig.write(file, file === 'dev.yaml' ? rename(text, name) : text);
  }
  if (options.copyOf !== undefined) rig.write('dev.yaml', rename(rig.read('dev.yaml'), name));
  if (options.person !== undefined) giveTo(options.person, directory, home);
  if (options.person?.name !== undefined) giveAccount(options.person, home);
  return rig;
}

/** What the pipeline downloaded for this folder alone. */
async function removePipelineCache(
  directory: string,
  uid = process.getuid?.() ?? 0,
): Promise<void> {
  const cache = pipelineCache(uid, cacheScope(realpathSync(directory), hostFiles));
  await runProgram(['docker', 'volume', 'rm', '--force', cache], { timeoutMs: 60_000 });
}

function asPerson(
  argv: readonly string[],
  person: Person | undefined,
  home: string,
): readonly string[] {
  if (person === undefined) return argv;
  const { uid, gid, groups, name } = person;
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, `--groups=${groups.join(',')}`];
  const hers = ['setpriv', ...ids, '--', ...argv];
  if (name === undefined) return hers;
  // Users of this machine as these programs alone see them.
  const mount = 'mount --bind "$0" /etc/passwd && exec "$@"';
  return ['unshare', '--mount', 'sh', '-c', mount, accountsFile(home), ...hers];
}

const accountsFile = (home: string): string => `${home}-passwd`;

function giveAccount({ uid, gid, name }: Person, home: string): void {
  const entry = `${name}:x:${uid}:${gid}::${home}:/bin/sh\n`;
  writeFileSync(accountsFile(home), readFileSync('/etc/passwd', 'utf8') + entry);
}

function giveTo({ uid, gid }: Person, directory: string, home: string): void {
  mkdirSync(home);
  chownSync(home, uid, gid);
  chownSync(directory, uid, gid);
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(directory, path), uid, gid);
  }
}

/** What a clone would have: nothing that the tool or a compiler generated. */
function copyProject(from: string, to: string): void {
  const generated = /(^|\/)(node_modules|dist|\.dev|dev\.settings\.yaml)$/;
  cpSync(from, to, {
    recursive: true,
    filter: (source) => !generated.test(source.slice(from.length)),
  });
}

function rename(definition: string, name: string): string {
  return definition.replace(/^name:.*$/m, `name: ${name}`);
}

function keepsFailed(): boolean {
  return process.env['ONESTACK_KEEP'] === '1';
}

function report(rig: Rig): void {
  const kept = keepsFailed() ? `kept: ${rig.directory}, project ${rig.name}\n` : '';
  process.stderr.write(`\n${rig.transcript()}\n${kept}`);
}

function show(running: Running): string {
  const output = [running.stdout(), running.stderr()].map((text) => text.trimEnd());
  const end = running.status() === undefined ? 'still running' : `exit ${String(running.status())}`;
  return [`$ ${running.argv.join(' ')}`, ...output.filter((text) => text !== ''), end].join('\n');
}
