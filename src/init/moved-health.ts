import { posix } from 'node:path';
import { mappingAt, type PlainMapping } from '../model/plain.ts';
import type { Copied } from './dockerfile-facts.ts';
import type { MoveRequest } from './move-request.ts';

interface MovedHealth {
  /** What Compose has to say of it now; undefined: nothing more than it does. */
  readonly health: PlainMapping | undefined;
  /** What is not the same. */
  readonly note: string | undefined;
}

/** A health check without programs that the base images do not have. */
function probeOf(image: string, url: string): readonly string[] | undefined {
  if (image === 'node') {
    const script = `fetch('${url}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
    return ['CMD', 'node', '-e', script];
  }
  if (image !== 'python') return undefined;
  return ['CMD', 'python3', '-c', `import urllib.request as r; r.urlopen('${url}', timeout=5)`];
}

/** As Compose has it: a text is for the shell. */
function wordsOfTest(test: unknown): readonly string[] {
  if (typeof test === 'string') return ['CMD-SHELL', test];
  return Array.isArray(test) ? test.map(String) : [];
}

/** A service's health check as a module: in another folder, with what another image has. */
export function movedHealth(request: MoveRequest): MovedHealth {
  const { service, facts, code, healthUrl } = request;
  const written = mappingAt(service, 'healthcheck');
  const own = Object.keys(written).length > 0 ? written : facts.healthcheck;
  if (own === undefined) return { health: undefined, note: undefined };
  const test = wordsOfTest(own['test']);
  const asIs = own === written ? undefined : own;
  const asks = /\b(?:curl|wget)\b/.exec(test.join(' '))?.[0];
  if (asks !== undefined) {
    const other = healthUrl === undefined ? undefined : probeOf(code.image, healthUrl);
    if (other !== undefined) return { health: { ...own, test: other }, note: undefined };
    const note = `its health check asks with ${asks}, which the base image ${code.image} does not have`;
    return { health: asIs, note };
  }
  const copied = ownProgram(test, request);
  if (copied === undefined) {
    const moved = test.map((word) => inFolder(word, request));
    const isSame = moved.every((word, index) => word === test[index]);
    return { health: isSame ? asIs : { ...own, test: moved }, note: undefined };
  }
  const file = sourceOf(copied, request);
  if (file !== undefined) {
    const [kind = '', command = '', ...rest] = test;
    const words =
      kind === 'CMD'
        ? [kind, ...startOf(file), ...rest]
        : [kind, command.replace(/^\S+/, startOf(file).join(' '))];
    return { health: { ...own, test: words }, note: undefined };
  }
  const note = `its health check runs ${copied.target}, which only the image of its Dockerfile has (${copied.at}): it counts as ready as soon as it runs`;
  return { health: own === written ? { disable: true } : undefined, note };
}

function workdirOf({ service, place }: MoveRequest): string {
  const { working_dir: written } = service;
  return typeof written === 'string' ? written : place.workdir;
}

/** `/opt/app/health.js` → `./health.js`: it is asked in the module's folder. */
function inFolder(word: string, request: MoveRequest): string {
  const workdir = workdirOf(request);
  if (!workdir.startsWith('/') || workdir === '/') return word;
  return word.replaceAll(`${workdir.replace(/\/+$/, '')}/`, './');
}

/** What put the program into the image that a health check begins with; undefined: it is of elsewhere. */
function ownProgram(test: readonly string[], request: MoveRequest): Copied | undefined {
  const { facts } = request;
  const [program = ''] = (test[1] ?? '').trim().split(/\s+/);
  if (program === '') return undefined;
  const workdir = workdirOf(request);
  return facts.copies.findLast(({ sources = [], target }) => {
    const place = posix.join('/', target);
    // What is beside the code is in the module's folder as well.
    if (place === workdir || place.startsWith(`${workdir === '/' ? '' : workdir}/`)) return false;
    if (!target.startsWith('/')) return false;
    const files = target.endsWith('/')
      ? sources.map((one) => posix.join(place, posix.basename(one)))
      : [place];
    return files.some((file) => file === program || posix.basename(file) === program);
  });
}

/** The file of the repository that it is; undefined where it is not there. */
function sourceOf({ sources = [] }: Copied, { has }: MoveRequest): string | undefined {
  const [only] = sources.map((one) => posix.normalize(one).replace(/^\/+/, ''));
  return sources.length === 1 && only !== undefined && has(only) ? only : undefined;
}

const INTERPRETERS: Readonly<Record<string, string>> = {
  ...{ '.js': 'node', '.mjs': 'node', '.cjs': 'node' },
  ...{ '.py': 'python3', '.sh': 'sh' },
};

/** Its Dockerfile may have made it executable, which it need not be here. */
function startOf(file: string): readonly string[] {
  const interpreter = INTERPRETERS[posix.extname(file)];
  return interpreter === undefined ? [`./${file}`] : [interpreter, file];
}
