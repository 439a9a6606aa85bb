import type { Module } from '../model/module.ts';
import type { Project } from '../model/project.ts';

/** Column where the comments of the generated file stand. */
const COMMENT_COLUMN = 30;
const COMMENT_LIMIT = 76;

/** The first `dev.settings.yaml`: every key with its default and a comment. */
export function defaultSettingsText(project: Project): string {
  const modules = project.modules.map((module) => moduleSection(module, '  '));
  const services = [...project.services].map(([name, from]) => serviceSection(name, from, '  '));
  return [
    `# Your own choices for ${project.name}. Git should not see this file.`,
    '# Change any line, or remove it for its default; a running environment follows at once.',
    '# "dev settings KEY=VALUE" does the same from a shell.',
    '',
    ...section('modules', 'code of the team, by name', modules),
    '',
    ...section('services', 'databases, proxies and the like, by name', services),
    '',
    ...GENERAL.map(([text, comment]) => line(text, comment)),
    '',
  ].join('\n');
}

const GENERAL: readonly (readonly [text: string, comment: string])[] = [
  ['watch:', 'reacting to saves'],
  ['  enabled: true', 'false: saves start nothing'],
  ['  mode: auto', 'events, poll, or auto: poll only where events do not come'],
  ['  quiet: 50ms', 'how long files must be quiet before checks start'],
  ['checks:', 'checks in general'],
  ['  parallel: auto', 'how many run at once; auto: as many as the machine has cores'],
  ['apply: auto', 'ask: an edited definition file changes what runs only when you say so'],
  ['git: read-only', 'writable: containers can commit, and leave hooks that run on your machine'],
  ['dependencies: shared', 'editors see what containers install; container: only containers do'],
  ['router: true', 'false: no addresses by name here, where dev.yaml wants them'],
  ['notifications:', 'when a module turns from good to bad or back'],
  ['  bell: true', 'the terminal’s bell'],
  ['  desktop: false', 'a desktop notification'],
  ['dashboard:', 'dev dash'],
  ['  prefix: C-b', 'the key before its keys, as in tmux'],
  ['tools:', 'dev tools'],
  ['  engine_socket: false', 'true: the tools container can control the engine'],
  ['compose:', 'what differs from Compose; as-written: nothing does'],
  ['  ports: loopback', 'of this machine alone, where the file names no address'],
  ['  health: early', 'asked every second at the start, where there is no start_interval'],
  ['  container_names: scoped', 'one of its own, where another project has that container_name'],
  ['certificates:', 'generated ones, unless you give your own'],
  [
    '  company_ca: auto',
    'none, or paths; auto: found from the system’s store, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE …',
  ],
  ['  # server: { certificate: ~/my.crt, key: ~/my.key }', 'your own server certificate'],
  ['  # ca: { certificate: ~/ca.crt, key: ~/ca.key }', 'your own CA'],
  ['credentials: {}', 'secret: a file with your own value, { db-password: ~/secret }'],
];

function section(
  name: string,
  comment: string,
  entries: readonly (readonly string[])[],
): readonly string[] {
  if (entries.length === 0) return [line(`${name}: {}`, comment)];
  return [line(`${name}:`, comment), ...entries.flat()];
}

/** A module's lines, every key with its default. */
export function moduleSection(module: Module, indent: string): readonly string[] {
  const checks = module.checks.map(({ kind, run }) => [`    ${kind}: true`, run] as const);
  const lines: readonly (readonly [string, string])[] = [
    [`${module.name}:`, `module in ${module.path}/`],
    ['  run: true', 'false: neither its container nor its checks run'],
    ['  watch: true', 'false: saves start nothing'],
    ...(checks.length === 0 ? [] : [['  checks:', 'what runs after a save'] as const]),
    ...checks,
    ['  containers: keep', 'recreate: a new container at every dev up'],
    ['  ports: {}', 'container port: host port, { 3000: 13000 }'],
  ];
  return lines.map(([text, comment]) => line(indent + text, comment));
}

/** A service's lines, every key with its default. */
export function serviceSection(name: string, from: string, indent: string): readonly string[] {
  const lines: readonly (readonly [string, string])[] = [
    [`${name}:`, `service ${from}`],
    ['  run: true', 'false: it does not run'],
    ['  containers: keep', 'recreate: a new container at every dev up'],
    ['  data: keep', 'recreate: its data is deleted at every dev up'],
    ['  ports: {}', 'container port: host port, { 5432: 15432 }'],
  ];
  return lines.map(([text, comment]) => line(indent + text, comment));
}

function line(text: string, comment: string): string {
  const [first = ''] = comment.split('\n');
  const short = first.length > COMMENT_LIMIT ? `${first.slice(0, COMMENT_LIMIT - 1)}…` : first;
  return `${text.padEnd(COMMENT_COLUMN - 1)} # ${short}`;
}
