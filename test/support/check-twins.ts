/**
 * Whether a check that keeps what it found out ever says something else than the bare command: two
 * folders with the same files, changed in the same ways; in one the check is run, in the other the
 * command, each by the real tool. Compared are exit status, output, and all that was written.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hostFiles } from '../../src/adapters/files.ts';
import { incrementalCommand } from '../../src/checks/incremental/incremental-command.ts';
import type { CheckWay } from '../../src/checks/incremental/incremental-command.ts';
import { aModule } from './modules.ts';
import { seeded, type Random } from './random.ts';
import { REPOSITORY } from './rig.ts';
import { startProgram } from './run-program.ts';

/** What an edit works on: the same in both folders. */
export interface Edited {
  readonly random: Random;
  /** The file's text; undefined where there is none. */
  read(path: string): string | undefined;
  /** Paths of files below a folder, sorted. */
  list(folder: string): readonly string[];
  /** Writes it; `sameTime` leaves its time of change as it was. */
  write(path: string, text: string, sameTime?: boolean): void;
  move(from: string, to: string): void;
  remove(path: string): void;
}

/** Changes something, and says what in a few words; undefined: not this time. */
export type Edit = (edited: Edited) => string | undefined;

export interface TwinSetup {
  /** Files of the module's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Packages that are linked from this repository's own. */
  readonly packages: readonly string[];
  readonly kind: 'compile' | 'lint';
  readonly run: string;
  readonly edits: Readonly<Record<string, Edit>>;
}

export interface TwinFigures {
  readonly rounds: number;
  /** Rounds that were run with what was kept, if there was anything. */
  readonly kept: number;
  /** Rounds after which there is something that the next one may believe. */
  readonly believed: number;
  /** What was not the same, round by round. */
  readonly wrong: readonly string[];
}

interface Outcome {
  readonly status: number;
  readonly said: string;
}

/** One of the two folders, and the cache beside it. */
class Twin {
  readonly root: string;
  readonly folder: string;
  readonly #cache: string;

  constructor(top: string, name: string, { files, packages }: TwinSetup) {
    this.root = join(top, name);
    this.folder = join(this.root, 'app');
    this.#cache = join(top, `${name}-cache`);
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    const modules = join(this.folder, 'node_modules');
    mkdirSync(join(modules, '.bin'), { recursive: true });
    for (const one of packages) {
      mkdirSync(dirname(join(modules, one)), { recursive: true });
      symlinkSync(join(REPOSITORY, 'node_modules', one), join(modules, one));
    }
    for (const bin of ['tsc', 'eslint']) {
      symlinkSync(join(REPOSITORY, 'node_modules/.bin', bin), join(modules, '.bin', bin));
    }
  }

  write(path: string, text: string, sameTime = false): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    const before = sameTime && existsSync(file) ? lstatSync(file) : undefined;
    writeFileSync(file, text);
    if (before !== undefined) utimesSync(file, before.atimeMs / 1000, before.mtimeMs / 1000);
  }

  way({ kind, run }: TwinSetup): CheckWay {
    return incrementalCommand(
      aModule('app'),
      { kind, run, timeoutMs: 1, daemon: false, formats: [] },
      {
        root: this.root,
        files: hostFiles,
        ownFile: (name) => readFileSync(join(REPOSITORY, 'profiles/dev', name), 'utf8'),
        cachePath: this.#cache,
        place: 'here',
      },
    );
  }

  async run(command: string, killAfterMs?: number): Promise<Outcome> {
    const running = startProgram(['sh', '-c', `(${command}\n) 2>&1`], { cwd: this.folder });
    if (killAfterMs !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, killAfterMs));
      running.killGroup();
    }
    const { status, stdout } = await running.finished;
    return { status, said: stdout.replaceAll(this.root, '/twin') };
  }

  /** Every file of the module with its contents, without packages. */
  all(): ReadonlyMap<string, string> {
    return new Map(
      listFiles(this.folder, '').map((path) => [
        path,
        readFileSync(join(this.folder, path), 'utf8'),
      ]),
    );
  }
}

function listFiles(folder: string, shown: string): readonly string[] {
  if (!existsSync(join(folder, shown))) return [];
  return readdirSync(join(folder, shown), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = shown === '' ? entry.name : `${shown}/${entry.name}`;
      if (entry.isDirectory()) return listFiles(folder, path);
      return entry.isFile() ? [path] : [];
    });
}

/** Some rounds of edits and runs; one kept run in eight is killed before, somewhere on its way. */
export async function twinRounds(
  setup: TwinSetup,
  seed: number,
  rounds: number,
  onRound: (round: number, did: string) => void = () => undefined,
): Promise<TwinFigures> {
  const top = mkdtempSync(join(tmpdir(), 'onestack-twins-'));
  const random = seeded(seed);
  const twins = ['a', 'b'].map((name) => new Twin(top, name, setup));
  const [checked, bare] = twins;
  if (checked === undefined || bare === undefined) throw new Error('two twins');
  const edited: Edited = {
    random,
    read: (path) => {
      const file = join(bare.folder, path);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
    list: (folder) => listFiles(bare.folder, folder),
    write: (path, text, sameTime) => {
      for (const twin of twins) twin.write(path, text, sameTime);
    },
    move: (from, to) => {
      for (const { folder } of twins) {
        mkdirSync(dirname(join(folder, to)), { recursive: true });
        renameSync(join(folder, from), join(folder, to));
      }
    },
    remove: (path) => {
      for (const { folder } of twins) rmSync(join(folder, path), { recursive: true, force: true });
    },
  };
  const wrong: string[] = [];
  const names = Object.keys(setup.edits);
  let kept = 0;
  let believed = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const did = Array.from({ length: round === 0 ? 0 : 1 + random.under(3) }, () => {
        const name = random.pick(names);
        return setup.edits[name]?.(edited) ?? `no ${name}`;
      });
      const way = checked.way(setup);
      if (random.under(8) === 0) {
        did.push('killed');
        await checked.run(way.command, random.under(1_500));
        // Whoever is killed may have written; the bare command's folder has that too then.
        await copyOutputs(checked, bare);
      }
      const ours = await checked.run(way.command);
      const theirs = await bare.run(setup.run);
      if (way.kind === 'kept') kept += 1;
      if (leavesSomething(way)) believed += 1;
      const difference = differs(ours, theirs, checked.all(), bare.all());
      if (difference !== undefined) {
        wrong.push(`seed ${String(seed)} round ${String(round)}: ${did.join(', ')}\n${difference}`);
      }
      onRound(round, did.join(', '));
      if (difference !== undefined) break;
    }
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
  return { rounds, kept, believed, wrong };
}

/** Whether the folder that the check's command names holds a state. */
function leavesSomething({ command }: CheckWay): boolean {
  const folder = /^kept='([^']*)'/m.exec(command)?.[1];
  return (
    folder !== undefined && ['stamp', 'eslintcache'].some((name) => existsSync(join(folder, name)))
  );
}

async function copyOutputs(from: Twin, to: Twin): Promise<void> {
  const [theirs, ours] = [from.all(), to.all()];
  for (const [path, text] of theirs) if (ours.get(path) !== text) to.write(path, text);
  for (const path of ours.keys()) if (!theirs.has(path)) rmSync(join(to.folder, path));
  await Promise.resolve();
}

function differs(
  ours: Outcome,
  theirs: Outcome,
  written: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): string | undefined {
  const differences: string[] = [];
  if (ours.status !== theirs.status || ours.said !== theirs.said) {
    differences.push(`checked: ${String(ours.status)}\n${ours.said}`);
    differences.push(`bare: ${String(theirs.status)}\n${theirs.said}`);
  }
  for (const path of new Set([...written.keys(), ...wanted.keys()])) {
    if (written.get(path) === wanted.get(path)) continue;
    const side = (text: string | undefined): string => text ?? '(nothing)';
    differences.push(`${path}\n${side(written.get(path))}\n---\n${side(wanted.get(path))}`);
  }
  return differences.length === 0 ? undefined : differences.join('\n');
}
