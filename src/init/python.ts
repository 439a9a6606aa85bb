import { posix } from 'node:path';
import { defaultInstall } from '../model/default-install.ts';
import type { FoundCode } from './found.ts';
import type { Repository } from './repository.ts';
import { isUvRoot, uvRootOf } from './uv-workspace.ts';
import { wantedVersion } from './wanted.ts';

const MANIFESTS = ['pyproject.toml', 'requirements.txt', 'Pipfile', 'setup.py', 'setup.cfg'];
const MAINS = ['main.py', 'app.py', 'server.py', 'run.py', 'src/main.py', 'app/main.py'];

/** All that names dependencies, as one text: it is only searched for words. */
function dependencyText(folder: string, repository: Repository): string {
  const names = [...MANIFESTS, 'requirements-dev.txt', 'dev-requirements.txt'];
  return names.map((name) => repository.read(posix.join(folder, name)) ?? '').join('\n');
}

const needs = (text: string, name: string): boolean =>
  new RegExp(`(?:^|[\\s"'])${name}\\b(?!-)`, 'im').test(text);

/** `app:app` of a main file that makes an application of such a class. */
function application(
  folder: string,
  pattern: RegExp,
  repository: Repository,
): { readonly module: string; readonly variable: string } | undefined {
  for (const main of MAINS) {
    const match = pattern.exec(repository.read(posix.join(folder, main)) ?? '');
    if (match === null) continue;
    const module = main.replace(/\.py$/, '').replaceAll('/', '.');
    return { module, variable: match[1] ?? 'app' };
  }
  return undefined;
}

function processOf(
  folder: string,
  bin: string,
  text: string,
  repository: Repository,
): Pick<FoundCode, 'run' | 'production' | 'reloads' | 'port'> {
  const python = bin === '' ? 'python3' : `${bin}python`;
  if (repository.has(posix.join(folder, 'manage.py'))) {
    const run = `${python} manage.py runserver 0.0.0.0:8000`;
    return { run, reloads: true, port: 8000, ...djangoServer(folder, bin, text, repository) };
  }
  const fast = application(folder, /^(\w+)\s*=\s*(?:FastAPI|Starlette)\(/m, repository);
  if (fast !== undefined && needs(text, 'uvicorn|fastapi')) {
    const app = `${fast.module}:${fast.variable}`;
    const run = `${bin}uvicorn ${app} --host 0.0.0.0 --port 8000 --reload`;
    return { run, reloads: true, port: 8000 };
  }
  const flask = application(folder, /^(\w+)\s*=\s*Flask\(/m, repository);
  if (flask !== undefined && needs(text, 'flask')) {
    const run = `${bin}flask --app ${flask.module} run --debug --host 0.0.0.0 --port 5000`;
    return { run, reloads: true, port: 5000 };
  }
  const main = MAINS.find((one) => repository.has(posix.join(folder, one)));
  if (main === undefined) return {};
  const source = repository.read(posix.join(folder, main)) ?? '';
  const port = /\bport\s*=\s*(\d{2,5})\b|["'](?:0\.0\.0\.0|)["']\s*,\s*(\d{2,5})\b/i.exec(source);
  const found = Number(port?.[1] ?? port?.[2]);
  return { run: `${python} ${main}`, ...(found > 0 && { port: found }) };
}

/** The server that the code names for it, where its framework's own is for development alone. */
function djangoServer(
  folder: string,
  bin: string,
  text: string,
  repository: Repository,
): Pick<FoundCode, 'production'> {
  const below = folder === '.' ? '' : `${folder}/`;
  const wsgi = repository.paths.find(
    (path) => path.startsWith(below) && /^[^/]+\/wsgi\.py$/.test(path.slice(below.length)),
  );
  if (wsgi === undefined || bin === '' || !needs(text, 'gunicorn')) return {};
  const module = posix.basename(posix.dirname(wsgi));
  return { production: `${bin}gunicorn ${module}.wsgi --bind 0.0.0.0:8000` };
}

/** The same program without what it has for development; Django's has nothing without. */
function withoutReloader({ run = '' }: Pick<FoundCode, 'run'>): Pick<FoundCode, 'production'> {
  const production = run.replace(/ --(?:debug|reload)\b/, '');
  return production === run ? {} : { production };
}

function testOf(folder: string, bin: string, text: string, repository: Repository) {
  if (needs(text, 'pytest')) return `${bin === '' ? 'python3 -m ' : bin}pytest`;
  if (repository.has(posix.join(folder, 'manage.py')))
    return `${bin || 'python3 '}${bin && 'python '}manage.py test`;
  return undefined;
}

/**
 * How a package without a lockfile of its own is installed. One of a workspace of uv by that: what it
 * names may be beside it, and the index has other packages of the same names.
 */
function packageInstall(folder: string, repository: Repository): string {
  const venv = 'python3 -m venv .venv && .venv/bin/pip install';
  if (uvRootOf(folder, repository) === undefined) return `${venv} -e .`;
  return `${venv} uv && UV_PROJECT_ENVIRONMENT="$PWD/.venv" .venv/bin/uv sync --frozen`;
}

/** A folder with a manifest of Python's, or a Django project. */
export function pythonCode(folder: string, repository: Repository): FoundCode | undefined {
  const names = repository.names(folder);
  const manifest = [...MANIFESTS, 'manage.py'].find((name) => names.includes(name));
  if (manifest === undefined) return undefined;
  const text = dependencyText(folder, repository);
  // One that only configures tools makes no module of a folder of another language.
  const isTools = manifest === 'pyproject.toml' && !/^\[(?:project|tool\.poetry)\]/m.test(text);
  if (isTools && !names.includes('requirements.txt')) return undefined;
  const byLockfile = defaultInstall(names, 'python');
  const isInstalled = byLockfile?.directories.includes('.venv') === true;
  const isPackage = !isInstalled && /^\[project\]/m.test(text);
  const bin = isInstalled || isPackage ? '.venv/bin/' : '';
  const process = processOf(folder, bin, text, repository);
  if (process.run === undefined && isUvRoot(text)) return undefined;
  const wants = wantedVersion('python', folder, repository);
  const test = testOf(folder, bin, text, repository);
  const calls = /^name\s*=\s*["']([^"']+)["']/m.exec(text)?.[1];
  return {
    image: 'python',
    by: posix.join(folder, manifest),
    ...(calls !== undefined && { calls }),
    ...(wants !== undefined && { wants }),
    ...(isPackage && {
      install: {
        run: packageInstall(folder, repository),
        lockfiles: ['pyproject.toml'],
        directories: ['.venv'],
      },
    }),
    ...(test !== undefined && { test }),
    ...(needs(text, 'ruff') && bin !== '' && { lint: `${bin}ruff check` }),
    ...process,
    ...withoutReloader(process),
  };
}
