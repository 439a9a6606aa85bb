/**
 * Words that people have in their fingers from Compose, DDEV and Lando, and what does the same here: said
 * beside the error, never done in its place, since they mean something a little different there.
 */
const COMMANDS: Readonly<Record<string, string>> = {
  ps: 'dev status',
  describe: 'dev status',
  info: 'dev status',
  exec: 'dev shell SERVICE -- COMMAND',
  ssh: 'dev shell SERVICE',
  attach: 'dev logs --follow SERVICE',
  start: 'dev up',
  create: 'dev up',
  restart:
    'dev up --recreate=SERVICE (a new container); r in the dashboard starts the same one again',
  rebuild: 'dev up, which builds what has changed by itself',
  build: 'dev up, which builds what has changed by itself',
  pull: 'dev up, which brings what is lacking; pull_policy: always in the Compose file for what is there',
  stop: 'dev down',
  kill: 'dev down',
  rm: 'dev down',
  poweroff: 'dev down',
  destroy: 'dev clean --volumes',
  ls: 'dev list',
  port: 'dev urls',
  top: 'dev dash',
  stats: 'dev dash',
  events: 'dev watch',
  convert: 'dev config',
  version: 'dev --version',
  help: 'dev --help',
  snapshot: 'dev data snapshot',
};

const OPTIONS: Readonly<Record<string, string>> = {
  '--build': 'dev up builds what has changed by itself',
  '--force-recreate': '--recreate, or --recreate=SERVICE',
  '--renew-anon-volumes': 'folders that come from the image are renewed with it by themselves',
  '--wait': 'dev up waits by itself',
  '--no-deps': 'a service comes with what it depends on',
  '--remove-orphans': 'what the files have lost is removed by itself',
  '--scale': 'deploy: { replicas: 2 } in the Compose file',
  '--pull': 'pull_policy: always in the Compose file',
  '--file': 'COMPOSE_FILE=a.yaml:b.yaml',
  '-f': 'COMPOSE_FILE=a.yaml:b.yaml',
  '--env-file': 'COMPOSE_ENV_FILES=a.env,b.env',
  '--project-name': 'COMPOSE_PROJECT_NAME=NAME, before the first dev up',
  '-p': 'COMPOSE_PROJECT_NAME=NAME, before the first dev up',
  '--project-directory': '--project DIR',
  '--services': 'dev status lists them; dev config --json has them',
  '--rmi': 'dev clean removes images that were built for the project',
};

const own = (table: Readonly<Record<string, string>>, word: string): string | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

/**
 * @param error what the command line's parser says: `error: unknown command 'ps'`.
 * @returns the same, with the way to the same thing where another tool's word was meant.
 */
export function withOwnWord(error: string): string {
  const [, kind, word = ''] = /unknown (command|option) '([^'=]+)/.exec(error) ?? [];
  const found = kind === 'command' ? own(COMMANDS, word) : own(OPTIONS, word);
  if (kind === undefined || found === undefined) return error;
  // What only looks alike would lead astray.
  const said = error.replace(/\n?\(Did you mean [^\n]*\)\n?/, '\n').replace(/\n*$/, '\n');
  return `${said}  fix: ${found}\n`;
}
