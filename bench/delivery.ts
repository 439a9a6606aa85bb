import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createRegistry } from '../test/support/debian-registry.ts';
import { removeLeftovers } from '../test/support/engine-leftovers.ts';
import { deliveryFolder } from '../test/support/places.ts';
import { figure, median, timeCommand } from './measure.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DEV = join(ROOT, 'dev');
const STAGE_ROUNDS = 9;
/** What an ephemeral container of the pipeline may cost more than one of `docker run`. */
const STAGE_BUDGET = 1.2;

type Run = (...args: string[]) => Promise<number>;

function seconds(what: string, ms: number, budget: number): string {
  const verdict = ms <= budget * 1000 ? 'kept' : 'BROKEN';
  return figure(what, `${(ms / 1000).toFixed(2)} s`, `≤ ${String(budget)} s  ${verdict}`);
}

function commit(folder: string): void {
  const own = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  const git = (...args: string[]) => execFileSync('git', [...own, ...args], { cwd: folder });
  git('add', '--all');
  git('commit', '--quiet', '--message', 'bench');
}

/** The example with a name and a registry of its own, as a repository with one commit. */
async function copyShop(folder: string, name: string, registry: string): Promise<void> {
  await cp(join(ROOT, 'examples/shop'), folder, {
    recursive: true,
    filter: (path) => !/node_modules|\/\.dev$|dev\.settings\.yaml/.test(path),
  });
  const file = join(folder, 'dev.yaml');
  const text = await readFile(file, 'utf8');
  const named = text.replace(/^name: .*$/m, `name: ${name}`);
  await writeFile(file, `${named}\nstore: { registry: ${registry}/bench }\n`);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
  commit(folder);
}

/** A project of nothing but stages that do nothing, one after the other, as `docker run` is. */
async function copyStages(folder: string, name: string): Promise<readonly string[]> {
  const names = Array.from({ length: STAGE_ROUNDS }, (_, at) => `round-${String(at)}`);
  const stages = names.map((one, at) => {
    const before = names[at - 1];
    const after = before === undefined ? '' : `, after: ${before}`;
    return `    ${one}: { image: node, reads: dev.yaml, run: 'true'${after} }\n`;
  });
  await mkdir(folder);
  const text = `name: ${name}\npipeline:\n  smoke: false\n  stages:\n${stages.join('')}`;
  await writeFile(join(folder, 'dev.yaml'), text);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
  commit(folder);
  return names;
}

/** How long they took, against `docker run` of the same in the same image. */
async function stageOverhead(folder: string, project: string): Promise<string> {
  const names = await copyStages(folder, project);
  await timeCommand({ argv: [DEV, '--project', folder, '--yes', '--quiet', 'ci'], cwd: folder });
  const shown = execFileSync(DEV, ['--project', folder, '--json', 'ci', 'show'], {
    encoding: 'utf8',
  });
  const { run } = JSON.parse(shown) as {
    run: { record: { steps: { id: string; startedAtMs?: number; endedAtMs?: number }[] } };
  };
  const ours = run.record.steps
    .filter(({ id }) => names.includes(id))
    .map(({ startedAtMs = 0, endedAtMs = 0 }) => endedAtMs - startedAtMs);
  const listed = execFileSync(
    'docker',
    ['images', '--filter', 'reference=onestack/node', '--format', '{{.Repository}}:{{.Tag}}'],
    { encoding: 'utf8' },
  );
  const [image = ''] = listed.split('\n');
  const theirs: number[] = [];
  for (const name of names) {
    const argv = ['docker', 'run', '--rm', '--init', '--network=none', '--name'];
    argv.push(`${project}-${name}`, image, 'sh', '-c', 'true');
    theirs.push(await timeCommand({ argv }));
  }
  const ratio = median(ours) / median(theirs);
  const verdict = ratio <= STAGE_BUDGET ? 'kept' : 'BROKEN';
  const both = `${median(ours).toFixed(0)} ms against ${median(theirs).toFixed(0)} ms`;
  const budget = `≤ ${String(STAGE_BUDGET)}  ${verdict}`;
  return figure(`a stage, against docker run (${both})`, ratio.toFixed(2), budget);
}

/** From the commit to a release: each figure is one of somebody who waits for it. */
export async function* benchDelivery(): AsyncGenerator<string> {
  const folder = await mkdtemp(join(tmpdir(), 'onestack-bench-'));
  const name = basename(folder).toLowerCase();
  const [shop, stages] = [join(folder, 'shop'), join(folder, 'stages')];
  const registry = await createRegistry();
  const dev: Run = (...args) =>
    timeCommand({ argv: [DEV, '--project', shop, '--yes', '--quiet', ...args], cwd: shop });
  try {
    await copyShop(shop, name, registry.host);
    yield seconds('dev ci, base images there, nothing stored', await dev('ci'), 120);
    yield seconds('dev ci, nothing changed', await dev('ci'), 1);
    const first = await dev('release');
    yield figure('dev release, into a registry that has nothing', `${(first / 1000).toFixed(2)} s`);
    await appendFile(join(shop, 'api/src/main.ts'), '\n// bench\n');
    commit(shop);
    yield seconds('dev ci, one module changed', await dev('ci'), 30);
    yield seconds('dev release after it, base images there', await dev('release'), 5);
    await dev('up', '--detach');
    await dev('--context', 'prod', 'up', '--detach');
    // The session's first checks would be measured besides.
    await dev('check');
    // Differences of the example itself are none of the bench's.
    const argv = [DEV, '--project', shop, '--yes', '--quiet', 'parity'];
    yield seconds('dev parity, both up', await timeCommand({ argv, accept: [0, 1] }), 5);
    yield await stageOverhead(stages, `${name}-stages`);
  } finally {
    await dev('clean', '--volumes').catch(() => undefined);
    await removeLeftovers(name);
    await registry.remove();
    for (const left of [deliveryFolder(shop), deliveryFolder(stages), folder]) {
      await rm(left, { recursive: true, force: true });
    }
  }
}
