import { posix } from 'node:path';
import type { FoundCode } from './found.ts';
import type { Repository } from './repository.ts';

/** Programs that watch the sources by themselves, and where those of the web listen by default. */
const RELOADERS: readonly (readonly [RegExp, number | undefined, string])[] = [
  [/\bvite\b(?! build)/, 5173, '--host 0.0.0.0'],
  [/\bnext dev\b/, 3000, ''],
  [/\bnuxt(?:i)? dev\b/, 3000, ''],
  [/\bastro dev\b/, 4321, '--host 0.0.0.0'],
  [/\bng serve\b/, 4200, '--host 0.0.0.0'],
  [/\breact-scripts start\b/, 3000, ''],
  [/\bvue-cli-service serve\b/, 8080, ''],
  [/\bremix (?:vite:)?dev\b/, 3000, ''],
  [/\bnodemon\b|\btsx watch\b|\bts-node-dev\b|\bnode --watch|\bnest start --watch/, undefined, ''],
];

type Scripts = Readonly<Record<string, string>>;

/** The program in a script that watches the sources, if there is one. */
export const reloaderOf = (script: string): (typeof RELOADERS)[number] | undefined =>
  RELOADERS.find(([pattern]) => pattern.test(script));

/** Scripts that run what was built, the most telling first. */
const STARTS = ['start:prod', 'start:production', 'start'];
/** What a program of a framework runs, and where that lies beside what was built. */
const FRAMEWORKS: readonly (readonly [RegExp, string, readonly string[]])[] = [
  [/\bnext start\b/, '.next', ['public', 'next.config.js', 'next.config.mjs']],
  [/\bnuxt start\b/, '.output', []],
  [/\b(?:remix|react-router)-serve\b/, 'build', ['public']],
];
/** `node dist/main.js`, `NODE_ENV=production node -r x ./dist/main`. */
const FILE = /^(?:cross-env )?(?:\w+=\S+ )*node (?:-\S+ )*(?:\.\/)?([\w./-]+)(?: -.*)?$/;

/** What a script runs is there without anything being built. */
function runsSources(script: string, folder: string, repository: Repository): boolean {
  const file = FILE.exec(script.trim())?.[1];
  return (
    file !== undefined &&
    [file, `${file}.js`, `${file}/index.js`].some((one) => repository.has(posix.join(folder, one)))
  );
}

/** What lies in the image of what a script runs: what was built, and what goes with it. */
function artifactOf(
  script: string,
  folder: string,
  repository: Repository,
): readonly string[] | undefined {
  const framework = FRAMEWORKS.find(([pattern]) => pattern.test(script));
  const isThere = (path: string): boolean =>
    repository.has(posix.join(folder, path)) ||
    repository.paths.some((one) => one.startsWith(`${posix.join(folder, path)}/`));
  if (framework !== undefined) return [framework[1], ...framework[2].filter(isThere)];
  const [top = '', ...below] = (FILE.exec(script.trim())?.[1] ?? '').split('/');
  const isBuilt = below.length > 0 && !isThere(top) && !['', '..', 'node_modules'].includes(top);
  return isBuilt ? [top, ...['public', 'views'].filter(isThere)] : undefined;
}

/**
 * What the image of code runs whose development watches: a script that runs a file of the sources, or what its
 * `build` makes, which is said as well.
 * @param run how scripts are run: `npm run`.
 */
export function imageProcess(
  folder: string,
  scripts: Scripts,
  run: string,
  repository: Repository,
): Pick<FoundCode, 'production' | 'bundle' | 'artifact'> {
  for (const name of STARTS) {
    const script = scripts[name];
    if (script === undefined || reloaderOf(script) !== undefined) continue;
    const production = `${run} ${name}`;
    if (runsSources(script, folder, repository)) return { production };
    const artifact = artifactOf(script, folder, repository);
    if (artifact === undefined || scripts['build'] === undefined) continue;
    return { production, bundle: `${run} build`, artifact };
  }
  return {};
}
