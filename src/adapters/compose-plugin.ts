/**
 * `docker compose` without `docker` in between. Docker's client looks through all its plugins before it
 * becomes one of them, which takes as long as a small command of Compose's (40 of 70 ms, as much processor
 * time). It is called exactly as the client calls it, where it is sure which one that would be.
 */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { dockerConfiguration, pluginFolders } from '../util/docker-folders.ts';

/** What is started instead, and with which environment. */
export interface Started {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** By this variable a plugin knows that Docker's client has called it. */
const CALLED_BY = 'DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND';
/** How programs begin (ELF; Mach-O, for one processor and for several); a script may be anything. */
const PROGRAMS = ['7f454c46', 'cffaedfe', 'cafebabe'];

/** The command as it is to be started; another one as it was given. */
export function asPlugin(argv: readonly string[], env: NodeJS.ProcessEnv): Started {
  if (argv[0] !== 'docker' || argv[1] !== 'compose') return { argv, env };
  // Each time anew: a session outlives updates.
  const programs = find(env);
  if (programs === undefined) return { argv, env };
  const { docker, plugin } = programs;
  return { argv: [plugin, ...argv.slice(1)], env: { ...env, [CALLED_BY]: docker } };
}

function find(
  env: NodeJS.ProcessEnv,
): { readonly docker: string; readonly plugin: string } | undefined {
  const { PATH = '', HOME = homedir() } = env;
  const configuration = dockerConfiguration(HOME, env);
  const docker = firstOf(PATH.split(':').map((folder) => join(folder, 'docker')));
  if (docker === undefined || !isProgram(docker)) return undefined;
  if (!hasUsualPlugins(configuration)) return undefined;
  const folders = pluginFolders(configuration);
  const plugin = firstOf(folders.map((folder) => join(folder, 'docker-compose')));
  return plugin === undefined ? undefined : { docker, plugin };
}

function firstOf(paths: readonly string[]): string | undefined {
  return paths.filter((path) => path.startsWith('/')).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isProgram(path: string): boolean {
  const begin = Buffer.alloc(4);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, begin);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
  return PROGRAMS.includes(begin.toString('hex'));
}

/** Nothing in the person's configuration has the client look elsewhere. */
function hasUsualPlugins(folder: string): boolean {
  let text: string;
  try {
    text = readFileSync(join(folder, 'config.json'), 'utf8');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
  return !text.includes('"cliPluginsExtraDirs"');
}
