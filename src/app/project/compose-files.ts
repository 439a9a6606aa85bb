import { dirname, isAbsolute, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { ComposeFiles } from '../../model/project.ts';
import type { Files } from '../../ports/files.ts';
import type { Host } from '../../ports/host.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { readComposeEnvironment } from './compose-environment.ts';

/** In Compose's own order: the first that is there is taken. */
export const COMPOSE_NAMES = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yml',
  'docker-compose.yaml',
] as const;

/** What people call Compose files that Compose does not find by itself, too: `docker-compose.dev.yml`. */
export const isComposeName = (name: string): boolean =>
  /^(?:docker-)?compose[\w.-]*\.ya?ml$/.test(name);

const OVERRIDE_NAMES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
] as const;

interface ComposeWorld {
  readonly files: Files;
  readonly host: Pick<Host, 'environment'>;
}

/**
 * The Compose files of a folder, as Compose finds them: those that `COMPOSE_FILE` names (from the
 * environment or `.env`), else the first of the usual names with its override.
 * @param folder absolute.
 * @returns undefined when there are none.
 */
export function composeFilesAt(
  folder: string,
  { files, host }: ComposeWorld,
): Result<ComposeFiles | undefined, readonly Failure[]> {
  const display = (path: string): string =>
    path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  const { environment } = host;
  const read = readComposeEnvironment({ folders: [folder], environment, display }, files);
  if (!read.ok) return read;
  const { variables } = read.value;
  const named = variables['COMPOSE_FILE'] ?? '';
  if (named === '') return ok(filesByName(folder, files));
  const separator = variables['COMPOSE_PATH_SEPARATOR'] || ':';
  return filesByVariable(named.split(separator), folder, files);
}

function filesByName(folder: string, files: Pick<Files, 'exists'>): ComposeFiles | undefined {
  const there = (names: readonly string[]): readonly string[] =>
    names.map((name) => join(folder, name)).filter((path) => files.exists(path));
  const [file, ...others] = there(COMPOSE_NAMES);
  if (file === undefined) return undefined;
  const [override, ...otherOverrides] = there(OVERRIDE_NAMES);
  const overrides = override === undefined ? [] : [override];
  return {
    files: [file, ...overrides],
    overrides,
    directory: folder,
    byVariable: false,
    passedOver: [...others, ...otherOverrides],
  };
}

function filesByVariable(
  names: readonly string[],
  folder: string,
  files: Pick<Files, 'exists'>,
): Result<ComposeFiles, readonly Failure[]> {
  const paths = names.map((name) => (isAbsolute(name) ? name : join(folder, name)));
  const wrong = paths.flatMap((path, index) => wrongFile(names[index] ?? '', path, files) ?? []);
  if (wrong.length > 0) return fail(wrong);
  const [first = folder] = paths;
  const directory = dirname(first);
  return ok({ files: paths, overrides: [], directory, byVariable: true, passedOver: [] });
}

function wrongFile(name: string, path: string, files: Pick<Files, 'exists'>): Failure | undefined {
  const why = 'COMPOSE_FILE names it';
  if (name === '-') {
    return {
      reason: 'definition',
      what: 'Compose files are not read from standard input',
      why: 'COMPOSE_FILE names "-"',
      cure: 'Write the text into a file, and name that',
    };
  }
  if (name === '' || !files.exists(path)) {
    const cure = 'Unset COMPOSE_FILE, or name files that are there';
    return {
      reason: 'definition',
      what: `There is no file ${name || '""'} in this folder`,
      why,
      cure,
    };
  }
  return undefined;
}

/** Whether a folder has Compose files, for whoever looks for a project: problems are none yet. */
export function hasComposeFiles(folder: string, world: ComposeWorld): boolean {
  const found = composeFilesAt(folder, world);
  return found.ok && found.value !== undefined;
}
