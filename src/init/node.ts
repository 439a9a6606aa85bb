import { posix } from 'node:path';
import { nodeLockfiles, packageManagerOf, type NodeLockfile } from '../model/default-install.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type { FoundCode } from './found.ts';
import { imageProcess, reloaderOf } from './node-image.ts';
import { portIn } from './node-port.ts';
import type { Repository } from './repository.ts';
import { wantedVersion } from './wanted.ts';

const MAINS = ['server.js', 'index.js', 'app.js', 'main.js', 'src/server.js', 'src/index.js'];
const NO_TEST = /no test specified/;
/** What type checkers and compilers are called; bundlers are for production. */
const COMPILES = /\btsc\b|\bswc\b|\btsup\b|\bnest build\b|\besbuild\b|\bbabel\b/;

type Scripts = Readonly<Record<string, string>>;

function manifestOf(folder: string, repository: Repository): PlainMapping | undefined {
  try {
    const value: unknown = JSON.parse(repository.read(posix.join(folder, 'package.json')) ?? '');
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function scriptsOf(manifest: PlainMapping): Scripts {
  const entries = Object.entries(mappingAt(manifest, 'scripts'));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The lockfiles that count for a folder: its own, else the nearest above it. */
export function lockfilesAbove(
  folder: string,
  repository: Repository,
): { readonly folder: string; readonly lockfiles: readonly NodeLockfile[] } | undefined {
  for (let at = folder; ; at = posix.dirname(at)) {
    const manager = packageManagerOf(repository.read(posix.join(at, 'package.json')) ?? '');
    const lockfiles = nodeLockfiles(repository.names(at), manager);
    if (lockfiles.length > 0) return { folder: at, lockfiles };
    if (at === '.' || at === '') return undefined;
  }
}

/** `pnpm`, `yarn` or `npm`; its images may have no Bun, and npm runs scripts as well. */
function managerOf(folder: string, repository: Repository): string {
  const manager = lockfilesAbove(folder, repository)?.lockfiles[0]?.manager ?? 'npm';
  return manager === 'bun' ? 'npm' : manager;
}

/** What is run in development, with its port where that can be seen. */
function processOf(
  folder: string,
  manifest: PlainMapping,
  scripts: Scripts,
  repository: Repository,
): Pick<FoundCode, 'run' | 'production' | 'bundle' | 'artifact' | 'reloads' | 'port'> {
  const run = `${managerOf(folder, repository)} run`;
  const mains = [manifest['main'], ...MAINS].filter((one) => typeof one === 'string');
  const seen = portIn(folder, mains, repository);
  for (const name of [
    'dev',
    'start:dev',
    'dev:watch',
    'start:watch',
    'start-watch',
    'serve',
    'develop',
    'start',
  ]) {
    const text = scripts[name] ?? '';
    const reloader = reloaderOf(text);
    if (reloader === undefined) continue;
    const port = portOf(text) ?? reloader[1] ?? seen;
    const isSaid = reloader[2] === '' || /--host\b/.test(text);
    const more = isSaid ? '' : ` ${run.startsWith('npm') ? '-- ' : ''}${reloader[2]}`;
    const own = { run: `${run} ${name}${more}`, reloads: true, ...(port && { port }) };
    return { ...own, ...imageProcess(folder, scripts, run, repository) };
  }
  const name = ['start', 'dev', 'serve'].find((one) => runsProgram(scripts[one]));
  const port = portOf(scripts[name ?? ''] ?? '') ?? seen;
  if (name !== undefined) return { run: `${run} ${name}`, ...(port && { port }) };
  const main = MAINS.find((one) => repository.has(posix.join(folder, one)));
  // Something that listens is a program; whatever else has a main file may be a library.
  if (main !== undefined && seen !== undefined) return { run: `node ${main}`, port: seen };
  return {};
}

/** A library's `dev`, which compiles at each save and runs nothing: `tsc -w`, `tsup src/index.ts --watch`. */
const COMPILES_ON =
  /^(?:\w+=\S+ )*(?:npx )?(?:tsc|tsup|tsdown|swc|babel|rollup|esbuild|unbuild|microbundle|vite build)\b(?=.* (?:-w|--watch)\b)(?!.*(?:--on-?success\b|[&|;]))/i;

const runsProgram = (script: string | undefined): boolean =>
  script !== undefined && !COMPILES_ON.test(script);

/** `--port 3000`, `-p 3000`, `PORT=3000`. */
function portOf(script: string): number | undefined {
  const match = /(?:--port[ =]|-p |\bPORT=)(\d{2,5})\b/.exec(script);
  return match === null ? undefined : Number(match[1]);
}

/** A dev server compiles by itself: then only types are checked. */
function compileOf(scripts: Scripts, reloads: boolean): string | undefined {
  const names = [
    'typecheck',
    'type-check',
    'check-types',
    ...(reloads ? [] : ['compile', 'build']),
  ];
  return names.find((name) => COMPILES.test(scripts[name] ?? ''));
}

/** What has a linter change files. */
const MENDS = /\s--(?:fix|write)(?![\w-])/g;

/** A check looks only: one that mends would edit, after each save, what somebody is editing. */
function lintOf(scripts: Scripts, run: string): string | undefined {
  const looks = (text: string): boolean => text.search(MENDS) < 0;
  const name = ['lint', 'lint:check', 'lint:ci'].find((one) => looks(scripts[one] ?? ' --fix'));
  if (name !== undefined) return `${run} ${name}`;
  const mending = scripts['lint'] ?? '';
  const isPlain = mending !== '' && !/[&|;<>$`]|^\w+=|\b(?:npm|pnpm|yarn) /.test(mending);
  return isPlain ? `npx ${mending.replace(MENDS, '').replace(/^npx /, '')}` : undefined;
}

/** A folder with a package.json. */
export function nodeCode(folder: string, repository: Repository): FoundCode | undefined {
  const manifest = manifestOf(folder, repository);
  if (manifest === undefined) return undefined;
  const scripts = scriptsOf(manifest);
  const run = `${managerOf(folder, repository)} run`;
  const process = processOf(folder, manifest, scripts, repository);
  const compile = compileOf(scripts, process.reloads === true);
  const test = scripts['test'];
  const lint = lintOf(scripts, run);
  const wants = wantedVersion('node', folder, repository);
  const { name } = manifest;
  const built =
    compile === 'build' && /\bdist\b/.test(`${scripts['start'] ?? ''} ${String(manifest['main'])}`);
  return {
    image: 'node',
    by: posix.join(folder, 'package.json'),
    ...(typeof name === 'string' && { calls: name.replace(/^@[^/]*\//, '') }),
    ...(wants !== undefined && { wants }),
    ...(compile !== undefined && { compile: `${run} ${compile}` }),
    ...(test !== undefined && !NO_TEST.test(test) && { test: `${run} test` }),
    ...(lint !== undefined && { lint }),
    ...(built && { artifact: ['dist'] }),
    ...process,
  };
}
