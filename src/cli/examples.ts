import type { Command } from 'commander';

/** Two examples a command, by its path: what people ask first of it. */
export const EXAMPLES: Readonly<Record<string, readonly [string, string]>> = {
  init: ['dev init', 'dev init --dry-run'],
  'init move': ['dev init move web', 'dev init move web --dry-run'],
  up: ['dev up', 'dev up api --recreate=api'],
  down: ['dev down', 'dev down --volumes'],
  status: ['dev status', 'dev status --json'],
  list: ['dev list', 'dev list --json'],
  urls: ['dev urls', 'dev urls --json'],
  logs: ['dev logs api', 'dev logs --since 10m --grep error'],
  dash: ['dev dash', 'dev dash --tmux'],
  shell: ['dev shell api', 'dev shell db -- ls -l'],
  config: ['dev config', 'dev config --explain services.api.ports'],
  clean: ['dev clean --volumes', 'dev clean --all --dry-run'],
  data: ['dev data', 'dev data list --json'],
  'data snapshot': ['dev data snapshot', 'dev data snapshot db --name before-migration'],
  'data restore': ['dev data restore db', 'dev data restore db --name before-migration'],
  'data list': ['dev data list', 'dev data list db --json'],
  'data export': ['dev data export db shop.sql.gz', 'dev data export uploads files.tar.gz'],
  'data import': ['dev data import db team.sql.zst', 'dev data import db team.sql.gz --dry-run'],
  'data prune': ['dev data prune --keep 5', 'dev data prune db --keep 3 --dry-run'],
  settings: ['dev settings', 'dev settings modules.api.watch=false'],
  doctor: ['dev doctor', 'dev doctor --fix'],
  images: ['dev images', 'dev images build'],
  'images build': ['dev images build', 'dev images build node --fresh'],
  'images prune': ['dev images prune', 'dev images prune --dry-run'],
  catalogue: ['dev catalogue', 'dev catalogue --json'],
  tools: ['dev tools', 'dev tools --target api -- ps'],
  'tools list': ['dev tools list', 'dev tools list --json'],
  debug: ['dev debug api', 'dev debug api --wait --port 9300'],
  lsp: ['dev lsp api', 'dev lsp api -- vtsls --stdio'],
  editor: ['dev editor vscode', 'dev editor devcontainer api'],
  'editor vscode': ['dev editor vscode', 'dev editor vscode --dry-run'],
  'editor devcontainer': ['dev editor devcontainer', 'dev editor devcontainer api --dry-run'],
  run: ['dev run', 'dev run seed -- --fast'],
  probe: ['dev probe', 'dev probe order --stage db'],
  check: ['dev check', 'dev check api --only test'],
  watch: ['dev watch', 'dev watch --json'],
  ci: ['dev ci lint test:api --plan', 'dev ci --dirty'],
  'ci show': ['dev ci show', 'dev ci show --follow'],
  'ci generate': ['dev ci generate github', 'dev ci generate gitlab --check'],
  release: ['dev release', 'dev release --plan'],
  'release list': ['dev release list', 'dev release list --json'],
  'release log': ['dev release log', 'dev release log --json'],
  'release show': ['dev release show 1.4.0', 'dev release show --image shop-prod-api-1'],
  'release verify': ['dev release verify', 'dev release verify 1.4.0'],
  promote: ['dev promote', 'dev promote 1.4.0'],
  report: ['dev report --open', 'dev report --serve --port 8090'],
  parity: ['dev parity', 'dev parity --json --context ci'],
  version: ['dev version', 'dev version --json'],
  trust: ['dev trust', 'dev trust --revoke'],
  certs: ['dev certs', 'dev certs --json'],
  'certs status': ['dev certs status', 'dev certs status --only browsers'],
  'certs trust': ['dev certs trust', 'dev certs trust --only browsers --dry-run'],
  'certs untrust': ['dev certs untrust', 'dev certs untrust --all'],
  upgrade: ['dev upgrade', 'dev upgrade 1.2.3'],
  completion: ['eval "$(dev completion bash)"', 'dev completion fish | source'],
};

/** Every command below one, with its path: `images build`. */
export function commandPaths(
  program: Command,
  before = '',
): readonly (readonly [string, Command])[] {
  return program.commands.flatMap((command) => {
    if (command.name().startsWith('__') || command.name() === 'help') return [];
    const path = `${before}${command.name()}`;
    return [[path, command] as const, ...commandPaths(command, `${path} `)];
  });
}

/** Puts the examples below the help of every command. */
export function addExamples(program: Command): void {
  for (const [path, command] of commandPaths(program)) {
    const examples = EXAMPLES[path];
    if (examples === undefined) continue;
    command.addHelpText('after', `\nExamples:\n${examples.map((one) => `  ${one}\n`).join('')}`);
  }
}
