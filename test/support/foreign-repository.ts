import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { leftovers, removeLeftovers } from './engine-leftovers.ts';
import { REPOSITORY, rigForTest, type Rig } from './rig.ts';
import { runProgram } from './run-program.ts';
import type { StandIns } from './stand-ins.ts';

const FOLDER = join(REPOSITORY, 'test/fixtures/repositories');

/** A page of a service: what it says when all is well, the services behind it included. */
interface Page {
  readonly service: string;
  readonly port: number;
  readonly path?: string;
  readonly says: RegExp;
}

/** A repository of people who never heard of this tool, and what its owner would look at. */
export interface ForeignRepository {
  /** Of the fixtures. */
  readonly folder: string;
  readonly standIns: StandIns;
  /** Writes what is not in git: copies of others' code, `.env`. */
  readonly prepare?: (rig: Rig) => Promise<void>;
  readonly pages: readonly Page[];
  /** Services that become modules, one after the other. */
  readonly moves: readonly string[];
  /** What somebody edits, and what the first page says then. */
  readonly edit: {
    readonly file: string;
    readonly from: string;
    /** Written before and after the move: each is a word that the first page says. */
    readonly to: readonly [string, string];
  };
}

interface Init {
  readonly equal?: { readonly judge: string; readonly added: readonly string[] };
}

/** The name that Compose gives to the folder. */
const composeName = ({ directory }: Rig): string =>
  (directory.split('/').at(-1) ?? '').toLowerCase();

/** All of a fixture, with images that the engine has. */
export function repositoryFiles({
  folder,
  standIns,
}: Pick<ForeignRepository, 'folder' | 'standIns'>): Readonly<Record<string, string>> {
  const root = join(FOLDER, folder);
  const names = readdirSync(root, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    names
      .filter((one) => one.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(root.length + 1), standIns.named(readFileSync(path, 'utf8'))]),
  );
}

async function says(rig: Rig, { service, port, path = '/' }: Page): Promise<string> {
  const container = `${composeName(rig)}-${service}-1`;
  const published = await runProgram(['docker', 'port', container, String(port)]);
  const address = published.stdout.split('\n')[0] ?? '';
  try {
    const signal = AbortSignal.timeout(5_000);
    return await (await fetch(`http://${address}${path}`, { signal })).text();
  } catch (error) {
    return String(error);
  }
}

const saysSoon = (rig: Rig, page: Page, wanted: RegExp) =>
  expect.poll(() => says(rig, page), { timeout: 60_000, interval: 200 }).toMatch(wanted);

async function works(rig: Rig, { pages }: ForeignRepository): Promise<void> {
  // What is up answers; a proxy may have asked too early, and asks again.
  for (const page of pages) await saysSoon(rig, page, page.says);
}

async function up(rig: Rig, had: Set<string>, ...more: readonly string[]): Promise<void> {
  const done = await rig.dev(['up', '--detach', ...more]);
  expect(done.status, rig.transcript()).toBe(0);
  expect(done.stdout).toContain(' is up');
  for (const volume of await volumesOf(composeName(rig))) had.add(volume);
}

/** Names of the volumes of a project's containers, those without a label of anybody's too. */
async function volumesOf(project: string): Promise<readonly string[]> {
  const label = `label=com.docker.compose.project=${project}`;
  const format = '{{.ID}}';
  const listed = await runProgram(['docker', 'ps', '-aq', '--filter', label, '--format', format]);
  const ids = words(listed.stdout);
  if (ids.length === 0) return [];
  const names = '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}';
  return words((await runProgram(['docker', 'inspect', '--format', names, ...ids])).stdout);
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((one) => one !== '');

/** Those that are the tool's for all projects outlive each of them. */
async function left(had: ReadonlySet<string>): Promise<readonly string[]> {
  const all = await runProgram(['docker', 'volume', 'ls', '--quiet']);
  return words(all.stdout).filter((name) => had.has(name) && !name.startsWith('onestack-'));
}

async function document(rig: Rig): Promise<string> {
  const composed = await rig.run(['docker', 'compose', 'config']);
  expect(composed.status, composed.stderr).toBe(0);
  return composed.stdout;
}

/**
 * What somebody does who finds the tool: `dev up` as it is, an edit, `dev init`, a service as a module, an
 * edit again, and away with it.
 */
export async function wholeRound(repository: ForeignRepository): Promise<void> {
  const rig = rigForTest({ files: repositoryFiles(repository) });
  await repository.prepare?.(rig);
  const { edit, moves, pages } = repository;
  const [first] = pages;
  if (first === undefined) throw new Error('nobody would look at nothing');
  const write = (from: string, to: string) => {
    const text = rig.read(edit.file);
    expect(text).toContain(from);
    rig.write(edit.file, text.replace(from, to));
  };
  const had = new Set<string>();
  const before = await document(rig);

  await up(rig, had);
  await works(rig, repository);
  expect((await rig.dev(['up', '--dry-run'])).stdout).toBe('nothing to do\n');
  // What is followed is there by itself; what is built again comes with the next `up`.
  write(edit.from, edit.to[0]);
  await up(rig, had);
  await saysSoon(rig, first, new RegExp(edit.to[0]));

  const init = await rig.dev(['init', '--yes', '--json']);
  expect(init.status, init.stderr).toBe(0);
  const { equal } = JSON.parse(init.stdout) as Init;
  expect(equal).toEqual({ judge: 'docker compose config', added: [] });
  // Colleagues go on as before.
  if (!existsSync(rig.path('.env.example'))) expect(await document(rig)).toBe(before);
  await up(rig, had, '--yes');
  await works(rig, repository);

  const shared = await document(rig);
  for (const service of moves) {
    const moved = await rig.dev(['init', 'move', service, '--yes']);
    expect(moved.status, moved.stderr).toBe(0);
  }
  await up(rig, had, '--yes');
  await works(rig, repository);
  write(edit.to[0], edit.to[1]);
  await saysSoon(rig, first, new RegExp(edit.to[1]));
  expect((await rig.dev(['check'])).status, rig.transcript()).toBe(0);
  expect(await document(rig)).toBe(shared);

  expect((await rig.dev(['down'])).status).toBe(0);
  const name = composeName(rig);
  expect((await leftovers(name)).containers).toEqual([]);
  const clean = await rig.dev(['clean', '--volumes', '--yes']);
  expect(clean.status, clean.stderr).toBe(0);
  const { images, ...others } = await leftovers(name);
  expect(others).toEqual({ containers: [], volumes: [], networks: [] });
  expect(images).toEqual([]);
  expect(await left(had)).toEqual([]);
  expect(existsSync(rig.path('.dev'))).toBe(false);
  await removeLeftovers(name);
}
