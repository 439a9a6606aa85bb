import { posix } from 'node:path';
import { omit } from '../util/omit.ts';
import type { FoundCode, FoundModule } from './found.ts';
import type { Repository } from './repository.ts';

type Process = Omit<FoundModule, 'path'>;

const LINE = /^([A-Za-z0-9_-]+):\s*(\S.*)$/;
/** Not processes: what a platform runs once. */
const ONCE = new Set(['release', 'postdeploy']);
const DEFAULT_PORT = 8000;

/** The processes of a folder's Procfile, in its order. */
function procfile(folder: string, repository: Repository): readonly (readonly [string, string])[] {
  const names = ['Procfile.dev', 'Procfile'].map((name) => posix.join(folder, name));
  const path = names.find((one) => repository.has(one));
  const lines = path === undefined ? [] : (repository.read(path) ?? '').split('\n');
  return lines.flatMap((line) => {
    const match = LINE.exec(line.trim());
    const [, name = '', command = ''] = match ?? [];
    return match === null || ONCE.has(name) ? [] : [[name, command] as const];
  });
}

/** What runs a program of the virtual environment, which is installed by then: it need not look again. */
const RUNNER =
  /^(?:uv run(?: (?:--(?:package|project|directory|env-file|group|extra|with|python)[= ]\S+|-p \S+|--[\w-]+))*|poetry run) (?=\S)/;

/** What finds programs that were installed for the code alone. */
export function inPlace(
  command: string,
  { image }: Pick<FoundCode, 'image'>,
  port: number,
): string {
  const given = command.replace(/\$\{?PORT\}?/g, String(port));
  const run = image === 'python' ? given.replace(RUNNER, '') : given;
  if (image === 'python' && !run.startsWith('.venv/')) return `PATH="$PWD/.venv/bin:$PATH"; ${run}`;
  if (image === 'node' && !/^(?:node|npm|npx|yarn|pnpm)\b/.test(run)) {
    return `PATH="$PWD/node_modules/.bin:$PATH"; ${run}`;
  }
  return run;
}

/** Code with what its Procfile runs as `web`; where it watches by itself already, that is production's. */
export function withProcfile<T extends FoundCode>(
  folder: string,
  code: T,
  repository: Repository,
): T {
  const web = procfile(folder, repository).find(([name]) => name === 'web');
  if (web === undefined) return code;
  const port = code.port ?? (/\$\{?PORT\}?/.test(web[1]) ? DEFAULT_PORT : undefined);
  const run = inPlace(web[1], code, port ?? DEFAULT_PORT);
  if (code.reloads === true) return { ...code, production: run };
  return { ...code, run, ...(port !== undefined && { port }) };
}

/** Further processes of the same code: those of its Procfile, and Django's Celery. */
export function otherProcesses(
  folder: string,
  code: Pick<FoundCode, 'image' | 'by' | 'run'>,
  repository: Repository,
): readonly Process[] {
  const { image } = code;
  const listed = procfile(folder, repository).filter(([name]) => name !== 'web');
  const processes = listed.map(([name, command]) => ({
    ...{ name, image, by: posix.join(folder, 'Procfile') },
    run: inPlace(command, code, DEFAULT_PORT),
  }));
  if (processes.length > 0 || image !== 'python') return processes;
  const below = folder === '.' ? '' : `${folder}/`;
  const celery = repository.paths.find(
    (path) => path.startsWith(below) && /^[^/]+\/celery\.py$/.test(path.slice(below.length)),
  );
  if (celery === undefined || !repository.has(posix.join(folder, 'manage.py'))) return [];
  const app = posix.basename(posix.dirname(celery));
  const run = `.venv/bin/celery --app ${app} worker --loglevel info`;
  return [{ name: 'worker', image, by: celery, run }];
}

/** A module beside another one of its folder: a process of the same code, which is installed and checked once. */
export const furtherProcess = (module: FoundModule): FoundModule =>
  omit(module, 'install', 'compile', 'test', 'lint');

/** One that others wait for the end of: it runs once, and nobody looks at a container that is done. */
export const jobProcess = (module: FoundModule): FoundModule =>
  omit(furtherProcess(module), 'reloads', 'port');
