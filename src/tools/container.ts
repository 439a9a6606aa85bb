import { sha256 } from '../util/sha256.ts';
import { relative } from 'node:path';
import { PLACES } from './places.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';
import {
  execInContainer,
  type ContainerMount,
  type ContainerSpec,
} from '../ports/docker-command.ts';

/** Marks the tool's own containers of a project; `tools` is the standing one. */
export const KIND_LABEL = 'dev.onestack.kind';
/** What the container was made from; another value means that it is made anew. */
export const TOOLS_STAMP_LABEL = 'dev.onestack.tools-stamp';
/** The Compose service name of the tool's containers, so that lists have a word for them. */
const SERVICE_NAME = 'tools';

/** Histories outlive the container, on the host. */
export const HISTORY_FILES = ['bash', 'psql', 'redis', 'node', 'python', 'less'] as const;

/** A file or folder of the host's, seen in the container. */
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

type Look = Required<Pick<ContainerSpec, 'labels' | 'mounts' | 'environment'>>;

function common(spec: ToolsSpec, kind: string): Look {
  return {
    labels: {
      [COMPOSE_LABELS.project]: spec.project,
      [COMPOSE_LABELS.service]: SERVICE_NAME,
      [COMPOSE_LABELS.oneOff]: 'True',
      [KIND_LABEL]: kind,
    },
    mounts: [
      ...mounts(spec).map((mount): ContainerMount => ({ type: 'bind', ...mount })),
      { type: 'home', target: '/home/app', options: 'mode=1777' },
      { type: 'nothing', target: `${PLACES.workspace}/${relative(spec.root, spec.hidden)}` },
    ],
    environment: { ...environment(), ONESTACK_PROMPT: `${spec.project} tools` },
  };
}

/** The name of the standing container. */
export function containerName(project: string): string {
  return `${project}-tools`;
}

/** A short text that differs when the container would have to be made anew. */
export function toolsStamp(spec: ToolsSpec): string {
  const text = JSON.stringify([
    standingOptions(spec),
    spec.image,
    spec.agent.version,
    spec.networks,
  ]);
  return sha256(text).slice(0, 16);
}

function standingOptions(spec: ToolsSpec) {
  const { uid, gid } = spec.user;
  const [network] = spec.networks;
  return {
    ...common(spec, 'tools'),
    ...(network !== undefined && { network }),
    ...{ hostname: SERVICE_NAME, user: `${String(uid)}:${String(gid)}` },
    // Debugging the network needs no rights over the machine.
    ...({ capabilities: 'none', mayGainPrivileges: false } as const),
  };
}

/** The standing container, on the first of the environment's networks. */
export function standingSpec(spec: ToolsSpec): ContainerSpec {
  const options = standingOptions(spec);
  return {
    ...options,
    detach: true,
    name: containerName(spec.project),
    labels: { ...options.labels, [TOOLS_STAMP_LABEL]: toolsStamp(spec) },
    image: spec.image,
    command: ['node', PLACES.agent, '--listen', `${PLACES.state}/agent.sock`],
  };
}

/** How to run a program: with a terminal, with stdin, in which folder. */
export interface RunMode {
  readonly tty: boolean;
  /** Folder inside the container. */
  readonly workingDirectory: string;
  /** What the terminal can show: TERM, COLORTERM. */
  readonly environment: Readonly<Record<string, string>>;
}

function modeOptions({ tty, workingDirectory, environment }: RunMode) {
  return { attached: tty ? 'tty' : 'stdin', workingDirectory, environment } as const;
}

/** Runs a program in the standing container. */
export function execArgv(
  containerId: string,
  mode: RunMode,
  command: readonly string[],
): readonly string[] {
  return execInContainer(containerId, modeOptions(mode), command);
}

/** What `--target` adds to the engine's default capabilities, for that run alone. */
export const TARGET_CAPABILITIES = ['SYS_PTRACE', 'NET_ADMIN'] as const;

/** A program inside another container's process and network namespaces. */
export function targetSpec(
  spec: ToolsSpec,
  target: { readonly service: string; readonly containerId: string; readonly network: boolean },
  mode: RunMode,
  command: readonly string[],
): ContainerSpec {
  const [program = 'bash', ...args] = command;
  const look = common(spec, 'tools-target');
  const joined = `container:${target.containerId}`;
  return {
    ...look,
    ...modeOptions(mode),
    pid: joined,
    network: target.network ? joined : 'none',
    user: '0:0',
    capabilities: TARGET_CAPABILITIES,
    environment: {
      ...look.environment,
      ...mode.environment,
      ONESTACK_TARGET: target.service,
      ONESTACK_PROMPT: `${spec.project} ${target.service}`,
    },
    // The image's entrypoint is an init; here the target's process 1 is the init.
    entrypoint: program,
    image: spec.image,
    command: args,
  };
}

/** Prints the socket tables of another container's network. Needs no rights at all. */
export function socketsSpec(image: string, containerId: string): ContainerSpec {
  return {
    network: `container:${containerId}`,
    capabilities: 'none',
    labels: { [KIND_LABEL]: 'tools-facts' },
    entrypoint: 'cat',
    image,
    command: ['/proc/net/tcp', '/proc/net/tcp6'],
  };
}

/** A stopped container's file system as it was left, with a process to look at it through. */
export interface StoppedFiles {
  readonly project: string;
  /** The stopped container. */
  readonly containerId: string;
  /** Name of the image and of the container that are made from it, and removed afterwards. */
  readonly name: string;
  /** On the host: a program that runs in any image, because it is linked statically. */
  readonly busybox: string;
}

/** The image of the stopped container's files, and the container to look at them through. */
export function snapshotSpecs({ project, containerId, name, busybox }: StoppedFiles): {
  readonly labels: Readonly<Record<string, string>>;
  readonly container: ContainerSpec;
} {
  const labels = { [COMPOSE_LABELS.project]: project, [KIND_LABEL]: 'tools-snapshot' };
  // It runs the applet that its first argument names as long as its own name starts so.
  const pause = '/busybox-onestack';
  return {
    labels,
    container: {
      ...{ image: name, detach: true, name, network: 'none', user: '0:0', healthcheck: false },
      labels: { ...labels, [COMPOSE_LABELS.oneOff]: 'True' },
      // Its data as well, to read: a look changes nothing.
      volumesOf: containerId,
      mounts: [{ type: 'bind', source: busybox, target: pause, readOnly: true }],
      entrypoint: pause,
      command: ['sleep', '2147483647'],
    },
  };
}
