import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { PLACES } from './places.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';

/** Marks the tool's own containers of a project; `tools` is the standing one. */
export const KIND_LABEL = 'dev.onestack.kind';
/** What the container was made from; another value means that it is made anew. */
export const STAMP_LABEL = 'dev.onestack.tools-stamp';
/** The Compose service name of the tool's containers, so that lists have a word for them. */
const SERVICE_NAME = 'tools';

/** Histories outlive the container, on the host. */
export const HISTORY_FILES = ['bash', 'psql', 'redis', 'node', 'python', 'less'] as const;

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** All that decides what a tools container is like. Paths are the host's, absolute. */
export interface ToolsSpec {
  readonly project: string;
  readonly root: string;
  /** Reference of the image `tools`. */
  readonly image: string;
  /** The agent's program, and something that changes with it. */
  readonly agent: { readonly path: string; readonly version: string };
  /** Folder of the tool's state, history and socket. */
  readonly stateDirectory: string;
  /** The bundle of trusted certificates, when the project has one. */
  readonly bundle: string | undefined;
  /** Secret files to see. */
  readonly secrets: readonly Mount[];
  /** Folder of the project that the container does not see. */
  readonly hidden: string;
  readonly networks: readonly string[];
  readonly user: { readonly uid: number; readonly gid: number };
  /** The engine's socket, when the settings say so. */
  readonly engineSocket: string | undefined;
}

function mounts(spec: ToolsSpec): readonly Mount[] {
  return [
    { source: spec.root, target: PLACES.workspace, readOnly: true },
    { source: spec.stateDirectory, target: PLACES.state, readOnly: false },
    { source: spec.agent.path, target: PLACES.agent, readOnly: true },
    ...spec.secrets,
    ...(spec.bundle === undefined
      ? []
      : [{ source: spec.bundle, target: PLACES.bundle, readOnly: true }]),
    ...(spec.engineSocket === undefined
      ? []
      : [{ source: spec.engineSocket, target: '/var/run/docker.sock', readOnly: false }]),
  ];
}

/** A mount as `--mount` has it; a value with a comma or a quote is quoted as CSV. */
function mountOption({ source, target, readOnly }: Mount): string {
  const field = (text: string): string =>
    /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const fields = ['type=bind', field(`source=${source}`), `target=${target}`];
  return [...fields, ...(readOnly ? ['readonly'] : [])].join(',');
}

/** An empty folder that cannot be written, in front of what lies there. */
function hiddenOption(target: string): string {
  return `type=tmpfs,target=${target},tmpfs-size=4096,tmpfs-mode=0555,readonly`;
}

function environment(): Readonly<Record<string, string>> {
  const history = (name: (typeof HISTORY_FILES)[number]): string =>
    `${PLACES.state}/history/${name}`;
  return {
    HOME: '/home/app',
    ONESTACK_ACCESS: `${PLACES.state}/access.json`,
    HISTFILE: history('bash'),
    PSQL_HISTORY: history('psql'),
    REDISCLI_HISTFILE: history('redis'),
    NODE_REPL_HISTORY: history('node'),
    PYTHON_HISTORY: history('python'),
    LESSHISTFILE: history('less'),
    // What fits on the screen is not paged.
    LESS: '-FRX',
    // The repository belongs to somebody else than root, and is only read.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
  };
}

function common(spec: ToolsSpec, kind: string): string[] {
  const labels = {
    [COMPOSE_LABELS.project]: spec.project,
    [COMPOSE_LABELS.service]: SERVICE_NAME,
    [COMPOSE_LABELS.oneOff]: 'True',
    [KIND_LABEL]: kind,
  };
  return [
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...mounts(spec).flatMap((mount) => ['--mount', mountOption(mount)]),
    ...['--tmpfs', '/home/app:mode=1777'],
    ...['--mount', hiddenOption(`${PLACES.workspace}/${relative(spec.root, spec.hidden)}`)],
    ...Object.entries({ ...environment(), ONESTACK_PROMPT: `${spec.project} tools` }).flatMap(
      ([name, value]) => ['--env', `${name}=${value}`],
    ),
  ];
}

/** The name of the standing container. */
export function containerName(project: string): string {
  return `${project}-tools`;
}

/** A short text that differs when the container would have to be made anew. */
export function stampOf(spec: ToolsSpec): string {
  const text = JSON.stringify([
    standingOptions(spec),
    spec.image,
    spec.agent.version,
    spec.networks,
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function standingOptions(spec: ToolsSpec): string[] {
  const { uid, gid } = spec.user;
  const [network] = spec.networks;
  return [
    ...common(spec, 'tools'),
    ...(network === undefined ? [] : ['--network', network]),
    ...['--hostname', SERVICE_NAME, '--user', `${uid}:${gid}`],
    // Debugging the network needs no rights over the machine.
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ];
}

/** Starts the standing container, on the first of the environment's networks. */
export function standingArgv(spec: ToolsSpec): string[] {
  return [
    ...['docker', 'run', '--detach', '--name', containerName(spec.project)],
    ...['--label', `${STAMP_LABEL}=${stampOf(spec)}`],
    ...standingOptions(spec),
    spec.image,
    ...['node', PLACES.agent, '--listen', `${PLACES.state}/agent.sock`],
  ];
}

/** Attaches the standing container to the further networks. */
export function connectArgvs(spec: ToolsSpec): string[][] {
  return spec.networks
    .slice(1)
    .map((network) => ['docker', 'network', 'connect', network, containerName(spec.project)]);
}

/** How to run a program: with a terminal, with stdin, in which folder. */
export interface RunMode {
  readonly tty: boolean;
  /** Folder inside the container. */
  readonly workingDirectory: string;
  /** What the terminal can show: TERM, COLORTERM. */
  readonly environment: Readonly<Record<string, string>>;
}

function modeOptions(mode: RunMode): string[] {
  return [
    '--interactive',
    ...(mode.tty ? ['--tty'] : []),
    ...['--workdir', mode.workingDirectory],
    ...Object.entries(mode.environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ];
}

/** Runs a program in the standing container. */
export function execArgv(containerId: string, mode: RunMode, command: readonly string[]): string[] {
  return ['docker', 'exec', ...modeOptions(mode), containerId, ...command];
}

/** What `--target` adds to the engine's default capabilities, for that run alone. */
export const TARGET_CAPABILITIES = ['SYS_PTRACE', 'NET_ADMIN'] as const;

/** Runs a program inside another container's process and network namespaces. */
export function targetArgv(
  spec: ToolsSpec,
  target: { readonly service: string; readonly containerId: string; readonly network: boolean },
  mode: RunMode,
  command: readonly string[],
): string[] {
  const [program = 'bash', ...args] = command;
  return [
    ...['docker', 'run', '--rm', ...modeOptions(mode)],
    ...common(spec, 'tools-target'),
    ...['--pid', `container:${target.containerId}`],
    ...(target.network ? ['--network', `container:${target.containerId}`] : ['--network', 'none']),
    ...['--user', '0:0'],
    ...TARGET_CAPABILITIES.flatMap((name) => ['--cap-add', name]),
    ...['--env', `ONESTACK_TARGET=${target.service}`],
    ...['--env', `ONESTACK_PROMPT=${spec.project} ${target.service}`],
    // The image's entrypoint is an init; here the target's process 1 is the init.
    ...['--entrypoint', program, spec.image, ...args],
  ];
}

/** Prints the socket tables of another container's network. Needs no rights at all. */
export function socketsArgv(image: string, containerId: string): string[] {
  return [
    ...['docker', 'run', '--rm', '--network', `container:${containerId}`, '--cap-drop', 'ALL'],
    ...['--label', `${KIND_LABEL}=tools-facts`],
    ...['--entrypoint', 'cat', image, '/proc/net/tcp', '/proc/net/tcp6'],
  ];
}

/** A stopped container's file system as it was left, with a process to look at it through. */
export interface Snapshot {
  readonly project: string;
  /** The stopped container. */
  readonly containerId: string;
  /** Name of the image and of the container that are made from it, and removed afterwards. */
  readonly name: string;
  /** On the host: a program that runs in any image, because it is linked statically. */
  readonly busybox: string;
}

/** The commands that make a snapshot, and those that take it away again. */
export function snapshotArgvs({ project, containerId, name, busybox }: Snapshot): {
  readonly make: readonly (readonly string[])[];
  readonly remove: readonly (readonly string[])[];
} {
  const labels = [`${COMPOSE_LABELS.project}=${project}`, `${KIND_LABEL}=tools-snapshot`];
  // It runs the applet that its first argument names as long as its own name starts so.
  const pause = '/busybox-onestack';
  return {
    make: [
      [
        ...['docker', 'commit', '--pause=false'],
        ...labels.flatMap((label) => ['--change', `LABEL ${label}`]),
        ...[containerId, name],
      ],
      [
        ...['docker', 'run', '--detach', '--name', name, '--network', 'none', '--user', '0:0'],
        ...labels.flatMap((label) => ['--label', label]),
        ...['--label', `${COMPOSE_LABELS.oneOff}=True`, '--no-healthcheck'],
        // Its data as well, to read: a look changes nothing.
        ...['--volumes-from', `${containerId}:ro`],
        ...['--mount', mountOption({ source: busybox, target: pause, readOnly: true })],
        ...['--entrypoint', pause, name, 'sleep', '2147483647'],
      ],
    ],
    remove: [
      ['docker', 'rm', '--force', name],
      ['docker', 'rmi', '--force', name],
    ],
  };
}
