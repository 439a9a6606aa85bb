import { join } from 'node:path';
import type { MergedCompose } from '../../compose/load/merge.ts';
import { shownPlace } from '../../compose/source.ts';
import { exampleNames } from '../../model/env-example.ts';
import type { Files } from '../../ports/files.ts';
import type { Definition } from '../project/definition.ts';
import { shownIn } from '../project/read-project.ts';
import type { Told } from './tell-once.ts';

/** Variables that are blank because nobody sets them, each with the place of its first use. */
export function unsetNotes({
  environment,
}: {
  readonly environment: { readonly merged: Pick<MergedCompose, 'unset'> };
}): readonly string[] {
  return [...environment.merged.unset].map(
    ([name, at]) => `${shownPlace(at)}: ${name} is not set, it is blank here`,
  );
}

/** A `.env` that everybody has to make for herself, and nobody made. */
export function missingEnvFile(
  { opened, environment }: Definition,
  files: Pick<Files, 'exists'>,
): Told | undefined {
  const { root, compose } = opened.project;
  for (const folder of new Set([root, compose?.directory ?? root])) {
    if (files.exists(join(folder, '.env'))) continue;
    const example = exampleNames('.env').find((name) => files.exists(join(folder, name)));
    if (example === undefined) continue;
    const from = shownIn(root, join(folder, example));
    const to = shownIn(root, join(folder, '.env'));
    const unset = [...environment.merged.unset.keys()].sort();
    // As long as variables are missing for it, it is worth a line each time there are others.
    return {
      key: `no ${to} ${unset.join(' ')}`,
      text: `there is no ${to}, but ${from}: cp ${from} ${to}`,
    };
  }
  return undefined;
}

/** What Compose takes from its environment, and this tool does not; with the reason. */
const NOT_HONOURED: Readonly<Record<string, string>> = {
  COMPOSE_IGNORE_ORPHANS: 'containers of services that the definition has lost are removed',
  COMPOSE_REMOVE_ORPHANS: 'containers of services that the definition has lost are removed always',
  COMPOSE_PARALLEL_LIMIT: 'as many steps run at once as there are cores',
  COMPOSE_BAKE: 'images are built by the engine’s own builder',
  COMPOSE_DOCKER_CLI_BUILD: 'images are built by the engine’s own builder',
  COMPOSE_EXPERIMENTAL: 'nothing here is behind it',
  COMPOSE_INTERACTIVE_NO_CLI: 'terminals are attached by dev itself',
  COMPOSE_FORCE_WINDOWS_HOST: 'paths are taken as they are written',
  COMPOSE_ANSI: 'colours follow NO_COLOR and the terminal',
  COMPOSE_PROGRESS: 'progress is shown by dev itself: --quiet, --verbose, --json',
  COMPOSE_STATUS_STDOUT: 'progress goes to stderr, results to stdout',
  COMPOSE_MENU: 'the dashboard has keys of its own',
  COMPOSE_CONVERT_WINDOWS_PATHS: 'paths are taken as they are written',
  COMPOSE_HTTP_TIMEOUT: 'Compose itself has forgotten it',
  COMPOSE_TLS_VERSION: 'Compose itself has forgotten it',
  COMPOSE_API_VERSION: 'the engine’s own version is used; DOCKER_API_VERSION sets another',
};

/** What is taken from there as Compose takes it. */
const HONOURED = [
  'COMPOSE_FILE',
  'COMPOSE_PATH_SEPARATOR',
  'COMPOSE_PROFILES',
  'COMPOSE_PROJECT_NAME',
  'COMPOSE_ENV_FILES',
  'COMPOSE_DISABLE_ENV_FILE',
  'COMPOSE_COMPATIBILITY',
];

/** Why a variable named like Compose's has no effect; undefined for one that has, or that the definition uses. */
function whyIgnored(name: string, { merged }: Definition['environment']): string | undefined {
  if (!name.startsWith('COMPOSE_') || HONOURED.includes(name)) return undefined;
  const known = NOT_HONOURED[name];
  if (known !== undefined) return known;
  return merged.variables.has(name) ? undefined : 'no Compose knows it, and no file here uses it';
}

/** Variables of Compose that are set and have no effect; and the name, where `dev.yaml` has one. */
export function ignoredVariables({ opened, environment }: Definition): readonly Told[] {
  const { variables } = environment;
  const set = Object.keys(variables).filter((name) => variables[name] !== '');
  const news = set.flatMap((name) => {
    const why = whyIgnored(name, environment);
    return why === undefined
      ? []
      : [{ key: `ignored ${name}`, text: `${name} has no effect: ${why}` }];
  });
  const asked = variables['COMPOSE_PROJECT_NAME'] ?? '';
  if (asked === '' || asked === opened.instance) return news;
  const why =
    opened.project.definedBy === 'dev.yaml'
      ? 'dev.yaml names the project'
      : 'the folder keeps the name of its data';
  const text = `COMPOSE_PROJECT_NAME=${asked} has no effect: ${why} (${opened.instance})`;
  return [...news, { key: `ignored name ${asked}`, text }];
}
