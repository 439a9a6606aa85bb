import type { Duplex, Readable } from 'node:stream';
import type { ContainerSpec } from './docker-command.ts';

export type ContainerState =
  'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface PublishedPort {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly hostAddress: string;
  readonly hostPort: number;
}

/** One container of a project, as the engine lists it (one request for all of them). */
/** A volume that a container was given because its image or its definition asks for one without a name. */
export interface UnnamedVolume {
  /** How the engine calls it: 64 digits. */
  readonly name: string;
  /** Where it is mounted. */
  readonly target: string;
}

export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** True for `docker compose run` and the tool's own one-off containers. */
  readonly oneOff: boolean;
  readonly imageId: string;
  readonly image: string;
  readonly state: ContainerState;
  readonly health: Health;
  /** The engine's own words: `Up 3 minutes (healthy)`, `Exited (1) 2 seconds ago`. */
  readonly status: string;
  readonly createdAtMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PublishedPort[];
  /** TCP ports that it or its image names, whether published or not. */
  readonly exposedPorts: readonly number[];
  /** Names of the volumes that are mounted. */
  readonly volumes: readonly string[];
  /** Those among them that nobody gave a name. */
  readonly unnamedVolumes: readonly UnnamedVolume[];
  /** Networks that it is in, or was when it ran: name → id. */
  readonly networks: ReadonlyMap<string, string>;
}

export interface ContainerDetail {
  readonly id: string;
  readonly pid: number;
  readonly state: ContainerState;
  readonly health: Health;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly startedAtMs: number;
  /** When its process ended last; before `startedAtMs` while it runs. */
  readonly finishedAtMs: number;
  readonly restartCount: number;
  /** Whether its restart policy brings it back however it ends. */
  readonly isRestarted: boolean;
  /** How long it may take to stop, in seconds. */
  readonly stopGraceSeconds: number;
  readonly user: string;
  readonly workingDirectory: string;
  /** What its first process was started as: entry point, command. */
  readonly command: readonly string[];
  readonly environment: readonly string[];
  /** TCP ports that its image or the Compose file names, also while it is stopped. */
  readonly exposedPorts: readonly number[];
  /** The last health probes, oldest first. */
  readonly healthLog: readonly {
    readonly exitCode: number;
    readonly output: string;
    /** Epoch milliseconds. */
    readonly startedAtMs?: number;
  }[];
  readonly addresses: Readonly<Record<string, string>>;
  readonly mounts: readonly MountDetail[];
}

/** What a container has at a path, as the engine tells it. */
export interface MountDetail {
  readonly type: 'volume' | 'bind' | 'other';
  /** A volume's name, or a path of the engine's machine. */
  readonly source: string;
  /** Absolute, in the container. */
  readonly target: string;
  readonly isWritable: boolean;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** Epoch milliseconds, from the engine. */
  readonly atMs: number;
  /** Without the line end; escape sequences kept. */
  readonly text: string;
}

export interface LogOptions {
  readonly follow?: boolean;
  /** Only the last so many lines. */
  readonly tail?: number;
  /** Epoch milliseconds. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly signal?: AbortSignal;
}

export interface ExecOptions {
  readonly argv: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly privileged?: boolean;
  readonly tty?: boolean;
  readonly stdin?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** A file of this machine, or a link, and where it goes in a container. All absolute. */
export interface CopiedFile {
  readonly from: string;
  /** The folder that it is taken out of, links resolved: what a link in there leads to elsewhere is not read. */
  readonly within: string;
  readonly to: string;
}

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** A process started in a running container. */
export interface Execution {
  readonly id: string;
  /** With a tty: one raw two-way stream. Without: write to it; read from stdout and stderr. */
  readonly stream: Duplex;
  readonly stdout: Readable;
  readonly stderr: Readable;
  resize(columns: number, rows: number): Promise<void>;
  /** Resolves with the exit status when the process has ended and its output is read. */
  readonly exited: Promise<number>;
}

/** A container that runs one command and is gone with it. */
export type OneOffContainer = { readonly name: string } & Pick<
  ContainerSpec,
  | 'image'
  | 'entrypoint'
  | 'command'
  | 'labels'
  | 'user'
  | 'workingDirectory'
  | 'network'
  | 'init'
  | 'mayGainPrivileges'
  | 'mounts'
  | 'environment'
  | 'passed'
>;

export interface OneOffOptions {
  /** The person's: what the container is passed by name has its values here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Complete lines, of both streams, as they come; escape sequences kept. */
  readonly onLine: (line: string) => void;
  /** Takes the container away, with whatever runs in it. */
  readonly signal: AbortSignal;
}

/** How a command of a container of its own ended. */
export interface OneOffEnd {
  readonly status: number;
  /** Resolves when the engine has taken the container away, which nobody needs to wait for before going on. */
  readonly gone: Promise<void>;
}

/** What a container uses now. Fields are undefined when it does not run. */
export interface ContainerStats {
  /** Of one core: 150 is one and a half. */
  readonly cpuPercent: number | undefined;
  /** As `docker stats` counts it: without the page cache that can be given back. */
  readonly memoryBytes: number | undefined;
}
