import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { hostFiles } from '../../src/adapters/files.ts';
import { copiedEntries } from '../../src/images/copied-context.ts';
import { scanServiceContext } from '../../src/images/service-context.ts';
import { ownName } from '../support/own-run.ts';
import { seeded, type Random } from '../support/random.ts';
import { rigForSuite, type Rig } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const BASE = 'FROM debian:trixie-slim';
const UNUSED = [`${BASE} AS unused`, 'COPY notes /n'];
/** Service → context and Dockerfile; what takes files by name in `ctx`, what may take all in `all`. */
const BUILDS: Readonly<Record<string, readonly [context: string, ...lines: readonly string[]]>> = {
  globs: ['ctx', BASE, 'COPY *.json s?c /app/'],
  staged: ['ctx', `${BASE} AS one`, 'COPY src /src', ...UNUSED, BASE, 'COPY --from=one /src /app'],
  bound: ['ctx', BASE, 'RUN --mount=type=bind,source=one.txt,target=/t cp /t /one.txt'],
  more: ['ctx', BASE, 'COPY --from=more file /file'],
  whole: ['all', BASE, 'COPY . /app/'],
  linked: ['all', BASE, 'COPY current /app'],
  parent: ['ctx', BASE, 'ONBUILD COPY releases /on'],
};
const FILES: Readonly<Record<string, string>> = {
  'ctx/package.json': '{}',
  'ctx/src/app.js': '1',
  'ctx/one.txt': '1',
  'ctx/notes/a': '1',
  'ctx/README.md': '1',
  'more/file': '1',
  'all/.dockerignore': '*\n!kept\n!current\n!releases\n',
  'all/kept': '1',
  'all/left-out': '1',
  'all/releases/app.js': '1',
};

function composeText(name: string): string {
  const builds = { ...BUILDS, child: ['all', `FROM ${name}-parent`, 'RUN true'] as const };
  const services = Object.entries(builds).map(([service, [context, ...lines]]) => {
    const more = service === 'more' ? ', additional_contexts: {more: ./more}' : '';
    const build = `{context: ${context}, dockerfile_inline: ${JSON.stringify(lines.join('\n'))}${more}}`;
    const run = 'init: true, command: sleep infinity, stop_grace_period: 0s';
    return `  ${service}: {build: ${build}, ${run}}\n`;
  });
  return `services:\n${services.join('')}`;
}

const suite = rigForSuite({
  files: {
    'dev.yaml': 'name: x\n',
    ...FILES,
    'dev.settings.yaml': 'certificates: { company_ca: none }\n',
  },
});

async function plan(rig: Rig): Promise<readonly string[]> {
  const { stdout } = await rig.dev(['up', '--dry-run', '--verbose']);
  return stdout.split('\n').filter((line) => /^(?:build|nothing)/.test(line));
}

async function layersOf(reference: string): Promise<string> {
  const format = ['--format', '{{json .RootFS.Layers}}'];
  return (await runProgram(['docker', 'image', 'inspect', ...format, reference])).stdout;
}

it('an edit of what no COPY takes builds nothing, any other what the builder makes of it', async () => {
  const rig = suite();
  symlinkSync('releases', rig.path('all/current'));
  rig.write('compose/base.yaml', composeText(rig.name));
  const up = await rig.dev(['up', '--detach', '--no-watch']);
  expect(up.status, up.stderr).toBe(0);
  for (const path of ['ctx/README.md', 'ctx/notes/a', 'ctx/new', 'all/left-out']) {
    rig.write(path, '2');
  }
  expect(await plan(rig)).toEqual(['nothing to do']);

  const edited = ['ctx/src/app.js', 'ctx/one.txt', 'more/file', 'all/kept', 'all/releases/app.js'];
  for (const path of edited) rig.write(path, '2');
  const causes = await plan(rig);
  expect([...causes].sort()).toEqual([
    'build bound: ctx/one.txt changed',
    'build child: all/kept changed, all/releases/app.js changed',
    'build globs: ctx/src/app.js changed',
    'build linked: all/kept changed, all/releases/app.js changed',
    'build more: more/file changed',
    'build staged: ctx/src/app.js changed',
    'build whole: all/kept changed, all/releases/app.js changed',
  ]);
  expect((await rig.dev(['up', '--detach', '--no-watch'])).status).toBe(0);
  expect(await plan(rig)).toEqual(['nothing to do']);

  // A module's dependencies are mounted over a folder that the tool makes, if it comes up.
  const module = 'modules:\n  app: { image: node, path: all/releases, run: node app.js }\n';
  rig.write('dev.yaml', `name: ${rig.name}\n${module}`);
  rig.write('all/releases/package.json', '{"name":"app"}');
  const withModule = await plan(rig);
  mkdirSync(rig.path('all/releases/node_modules'));
  expect(await plan(rig)).toEqual(withModule);
  rig.write('all/releases/node_modules/mine.js', '');
  expect((await plan(rig)).join()).toContain('mine.js is new');
  for (const path of ['node_modules', 'package.json']) {
    rmSync(rig.path(`all/releases/${path}`), { recursive: true });
  }

  const theirs = `${rig.name}-theirs`;
  rig.write('theirs.yaml', composeText(rig.name));
  const where = ['--project-directory', rig.directory, '-f', rig.path('theirs.yaml')];
  const built = await rig.run(['docker', 'compose', '-p', theirs, ...where, 'build']);
  expect(built.status, built.stderr).toBe(0);
  for (const service of [...Object.keys(BUILDS), 'child']) {
    const layers = await layersOf(`${rig.name}-${service}`);
    expect([service, layers]).toEqual([service, await layersOf(`${theirs}-${service}`)]);
    await runProgram(['docker', 'rmi', '-f', `${theirs}-${service}`]);
  }
});

const ROUNDS = 12;
const NAMES = 'a b ab a.js d x+y [e] .env'.split(' ');
const PATTERNS =
  '* *.js ? a* [ab] [^a] [!a] [a-c]* ./a /a a/ d/. d/../a */a */* [ [z-a] x* ../a .* {a,b} ** A';
const folder = mkdtempSync(join(tmpdir(), `${ownName()}-copied-`));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A tree of files, each with its own path in it, and links. */
function arrange(root: string, random: Random): readonly string[] {
  const made: string[] = [];
  for (let count = 0; count < 16; count += 1) {
    const path = Array.from({ length: 1 + random.under(3) }, () => random.pick(NAMES)).join('/');
    try {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      if (random.under(10) === 0)
        symlinkSync(random.pick(['a', 'd', '../a', '/d/a']), join(root, path));
      else writeFileSync(join(root, path), path, { flag: 'wx' });
      made.push(path);
    } catch {
      // A file where a folder is to be, or the other way round.
    }
  }
  return made;
}

/** What copies some of it: by names that are there, and by patterns. */
function dockerfileAtRandom(paths: readonly string[], random: Random): string {
  const sourceAtRandom = (): string => {
    if (random.under(3) === 0) return random.pick(PATTERNS.split(' '));
    const path = random.pick(paths);
    return random.under(2) === 0 ? path : path.replace(/[^/]$/, '*');
  };
  const lines = ['FROM scratch AS s0'];
  for (let count = 0; count <= random.under(2); count += 1) {
    const source = sourceAtRandom();
    const two = `${source} ${sourceAtRandom()}`;
    const to = `/to${String(count)}/`;
    const forms = [
      `COPY ${two} ${to}`,
      `add --chmod=755 ${source} \\\n# why\n  ${random.pick(paths)} ${to}`,
      `COPY ${JSON.stringify([source, to])}`,
      `COPY --link ${source.slice(0, 1)}\\\n${source.slice(1)} ${to}`,
      `COPY <<END ${source} ${to}\nCOPY b /x\nEND`,
    ];
    lines.push(random.pick(forms));
  }
  if (random.under(3) === 0)
    lines.push('FROM scratch', 'COPY --from=s0 / /from/', `COPY ${random.pick(paths)} /`);
  return `${lines.join('\n')}\n`;
}

function textsIn(out: string): readonly string[] {
  const all = readdirSync(out, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').trim());
}

it('no file of an image is left out of what is looked at, for Dockerfiles at random', async () => {
  let narrowed = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const random = seeded(round);
    const root = join(folder, `in-${String(round)}`);
    const out = join(folder, `out-${String(round)}`);
    mkdirSync(root);
    const text = dockerfileAtRandom(arrange(root, random), random);
    writeFileSync(join(folder, 'Dockerfile'), text);
    const context = { name: 'context', folder: root, ignore: '', withheld: [] };
    const scan = scanServiceContext(context, {}, { nowMs: 0 }, hostFiles);
    if (!scan.ok) throw new Error('the context cannot be read');
    const { entries } = scan.value;
    const build = { dockerfile: text, target: undefined, args: new Map(), isPlain: () => true };
    const taken = copiedEntries(entries, build);
    const argv = ['docker', 'buildx', 'build', '--quiet', '--file', join(folder, 'Dockerfile')];
    const built = await runProgram([...argv, '--output', `type=local,dest=${out}`, root]);
    // A source that is not there: the build says so.
    if (built.status !== 0) continue;
    const known = new Set([...taken.map(({ path }) => path), 'COPY b /x']);
    const missed = textsIn(out).filter((path) => !known.has(path));
    expect({ round, text, missed }).toEqual({ round, text, missed: [] });
    if (taken.length < entries.length) narrowed += 1;
  }
  expect(narrowed).toBeGreaterThan(ROUNDS / 5);
});
