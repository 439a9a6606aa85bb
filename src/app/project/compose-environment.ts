import { isAbsolute, join } from 'node:path';
import { Problems } from '../../compose/problems.ts';
import { addEnvironmentFile } from '../../compose/read/dotenv-files.ts';
import type { Place } from '../../compose/source.ts';
import type { Failure } from '../../events/failure.ts';
import type { Files } from '../../ports/files.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** The variables that Compose files may name. */
export interface ComposeEnvironment {
  /** The person's environment, and below it the environment files. */
  readonly variables: Readonly<Record<string, string>>;
  /** The line of an environment file that sets a variable; none for the person's own environment. */
  readonly origins: ReadonlyMap<string, Place>;
  /** What environment files use and nobody sets, each with its first place. */
  readonly unset: ReadonlyMap<string, Place>;
}

export interface VariablesRequest {
  /** Absolute folders whose `.env` counts, the strongest first. */
  readonly folders: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly display: (path: string) => string;
}

/** What Go takes for true. */
const TRUE = /^(?:1|t|T|TRUE|true|True)$/;

/**
 * Reads the variables as Compose does: the environment wins over `.env`, that of the folder where
 * one stands over that of the Compose file's folder. `COMPOSE_ENV_FILES` (from the environment
 * alone) names other files, the last of them the strongest; `COMPOSE_DISABLE_ENV_FILE` switches
 * `.env` off.
 */
export function readComposeEnvironment(
  { folders, environment, display }: VariablesRequest,
  files: Pick<Files, 'read' | 'isDirectory'>,
): Result<ComposeEnvironment, readonly Failure[]> {
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) variables.set(name, value);
  }
  const [first = '/'] = folders;
  const named = variables.get('COMPOSE_ENV_FILES') ?? '';
  const off = TRUE.test(variables.get('COMPOSE_DISABLE_ENV_FILE') ?? '');
  const groups =
    named !== ''
      ? [named.split(',').map((name) => (isAbsolute(name) ? name : join(first, name)))]
      : off
        ? []
        : [...new Set(folders)].map((folder) => [join(folder, '.env')]);
  const origins = new Map<string, Place>();
  const unset = new Map<string, Place>();
  const onUnset = (name: string, at: Place): void => {
    if (!unset.has(name)) unset.set(name, at);
  };
  const problems = new Problems();
  for (const group of groups) {
    const own = new Map<string, string>();
    const places = new Map<string, Place>();
    for (const path of group) {
      // Compose passes over a folder of that name.
      if (named === '' && files.isDirectory(path)) continue;
      const text = files.read(path);
      if (!text.ok) return fail([text.failure]);
      if (text.value === undefined) {
        if (named === '') continue;
        return fail([missingFile(display(path))]);
      }
      const context = { problems, display, environment: variables, onUnset };
      addEnvironmentFile(path, text.value, own, context, places);
    }
    for (const [name, value] of own) {
      if (variables.has(name)) continue;
      variables.set(name, value);
      const place = places.get(name);
      if (place !== undefined) origins.set(name, place);
    }
  }
  if (problems.found()) return fail(problems.all);
  return ok({ variables: Object.fromEntries(variables), origins, unset });
}

function missingFile(shown: string): Failure {
  return {
    reason: 'definition',
    what: `There is no file ${shown}`,
    why: 'COMPOSE_ENV_FILES names it',
    cure: 'Make the file, or unset COMPOSE_ENV_FILES',
  };
}
