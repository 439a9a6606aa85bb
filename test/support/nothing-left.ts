import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { alive } from './alive.ts';
import { ownPrefix, runOfName } from './own-run.ts';
import { runProgram } from './run-program.ts';

/** One thing that a run made: what it is, its name, and how it is taken away. */
interface Thing {
  readonly kind: 'container' | 'volume' | 'network' | 'image' | 'folder';
  readonly name: string;
}

const LISTS = [
  ['container', ['ps', '--all', '--format', '{{.Names}}']],
  ['volume', ['volume', 'ls', '--format', '{{.Name}}']],
  ['network', ['network', 'ls', '--format', '{{.Name}}']],
  ['image', ['images', '--format', '{{.Repository}}:{{.Tag}}']],
] as const;

const REMOVE = {
  container: ['rm', '--force', '--volumes'],
  volume: ['volume', 'rm', '--force'],
  network: ['network', 'rm'],
  image: ['image', 'rm', '--force'],
} as const;

/** Everything on the engine, and every temporary folder. */
async function things(): Promise<readonly Thing[]> {
  const listed = await Promise.all(
    LISTS.map(async ([kind, argv]) => {
      const { stdout } = await runProgram(['docker', ...argv], { timeoutMs: 60_000 });
      return stdout.split('\n').flatMap((name) => (name === '' ? [] : [{ kind, name }]));
    }),
  );
  const folders = readdirSync(tmpdir()).map((name) => ({ kind: 'folder' as const, name }));
  return [...listed.flat(), ...folders];
}

async function remove({ kind, name }: Thing): Promise<void> {
  if (kind === 'folder') rmSync(join(tmpdir(), name), { recursive: true, force: true });
  else await runProgram(['docker', ...REMOVE[kind], name], { timeoutMs: 60_000 });
}

/** Takes away what runs left that were killed themselves: nobody else does. */
export async function sweepDeadRuns(): Promise<void> {
  for (const thing of await things()) {
    const pid = runOfName(thing.name);
    if (pid !== undefined && !alive(pid)) await remove(thing);
  }
}

/** Project folders of this run that the person's own registry names. */
function claimed(): readonly string[] {
  const registry = join(homedir(), '.local/state/onestack/instances.json');
  try {
    const roots = Object.keys(JSON.parse(readFileSync(registry, 'utf8')) as object);
    return roots.filter((root) => root.includes(ownPrefix()));
  } catch {
    return [];
  }
}

/** What this run has left, one line each; it is removed. */
export async function leftByThisRun(): Promise<readonly string[]> {
  const left = (await things()).filter(({ name }) => name.startsWith(ownPrefix()));
  for (const thing of left) await remove(thing);
  return [
    ...left.map(({ kind, name }) => `${kind} ${name}`),
    ...claimed().map((root) => `${root} in the person's own state folder`),
  ];
}
