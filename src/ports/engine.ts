import type { Duplex, Readable } from 'node:stream';
import type { Failure } from '../events/failure.ts';
import type { Account } from '../util/accounts.ts';
import type { ContainerSpec } from './docker-command.ts';
import type { Result } from '../util/result.ts';

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

export interface WantedEvents {
  /** From then on, by the engine's clock, those that have happened already too. */
  readonly sinceMs?: number | undefined;
  /** Begins of actions; engines that can leave out all others, which are many where health is checked. */
  readonly only?: readonly string[];
}

export interface EngineEvent {
  readonly atMs: number;
  /** `start`, `die`, `health_status: healthy`, `destroy`, … */
  readonly action: string;
  readonly containerId: string;
  readonly service: string;
  /** Of `docker compose run`, and the tool's own one-off containers. */
  readonly oneOff: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface VolumeSummary {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A volume as the engine has it. */
export interface VolumeDetail extends VolumeSummary {
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
}

/** A network as the engine has it. */
export interface NetworkDetail extends VolumeSummary {
  readonly id: string;
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ipv6: boolean;
  /** In CIDR form. The engine chooses one where the definition does not. */
  readonly subnets: readonly string[];
}

export interface ImageSummary {
  readonly id: string;
  readonly tags: readonly string[];
  /** `NAME@sha256:…` of each registry that it came from. */
  readonly digests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
  readonly createdAtMs: number;
}

/** One image, looked at closely. */
export interface ImageDetail {
  readonly id: string;
  /** `linux/arm64/v8`. */
  readonly platform: string;
  /** When it was pulled, built or tagged here, epoch milliseconds; 0 where the engine does not say. */
  readonly taggedAtMs: number;
  /** Digests of its layers, the lowest first. */
  readonly layers: readonly string[];
  readonly gives: ImageConfig;
}

/** What an image gives to its containers, where nobody says otherwise. */
export interface ImageConfig {
  /** `NAME=value` */
  readonly environment: readonly string[];
  /** `3000/tcp` */
  readonly exposedPorts: readonly string[];
  /** Folders that each container has a volume of its own for. */
  readonly volumes: readonly string[];
  /** Empty: root. */
  readonly user: string;
  /** Empty: `/`. */
  readonly workingDirectory: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** `CMD`, `CMD-SHELL` and what it runs; empty without a health check. */
  readonly healthTest: readonly string[];
  /** Of its health check, in Compose's words: what the image leaves to the engine is not among them. */
  readonly healthTimes: HealthTimes;
}

/** When a health check is asked: `interval: 30s`. */
export type HealthTimes = Readonly<
  Partial<Record<'interval' | 'timeout' | 'start_period' | 'start_interval', string>>
>;

/** What a container uses now. Fields are undefined when it does not run. */
export interface ContainerStats {
  /** Of one core: 150 is one and a half. */
  readonly cpuPercent: number | undefined;
  /** As `docker stats` counts it: without the page cache that can be given back. */
  readonly memoryBytes: number | undefined;
}

/** What lies on the engine's disk. */
export interface DiskUsage {
  /** Container id → bytes of its writable layer, and of its image. */
  readonly containers: ReadonlyMap<
    string,
    { readonly writtenBytes: number; readonly imageBytes: number }
  >;
  /** Volume name → bytes. */
  readonly volumes: ReadonlyMap<string, number>;
}

/** Who serves the API. */
export type EngineProduct = 'docker' | 'podman';

export interface EngineVersion {
  readonly product: EngineProduct;
  /** Runs as an ordinary person, so that root in its containers is she. */
  readonly isRootless: boolean;
  /** The product's own. */
  readonly version: string;
  /** Of Docker's API: `1.45`. */
  readonly apiVersion: string;
}

/** What an engine says of itself with every answer, before it looks anything up. */
export type EngineGreeting = Pick<EngineVersion, 'version' | 'apiVersion'>;

/** What a call comes to; a failure where it goes wrong. */
export type Answer<T> = Promise<Result<T, Failure>>;

/** The engine's API. Every failure to reach it has reason `no-engine`. */
export interface Engine {
  version(): Answer<EngineVersion>;
  /** What it calls itself, the same by whichever address. Podman calls itself otherwise each time. */
  identity(): Answer<string>;
  /** What time it is for the engine, epoch milliseconds: its machine may have another clock than ours. */
  time(): Answer<number>;
  /** All containers with the Compose project label, stopped ones too. */
  containers(project: string): Answer<readonly ContainerSummary[]>;
  /** The same of every project of this engine. */
  everyContainer(): Answer<readonly ContainerSummary[]>;
  /** Containers that carry all these labels, stopped ones too; every one for none. */
  labelledContainers(labels: Readonly<Record<string, string>>): Answer<readonly ContainerSummary[]>;
  /** Those that run, of every project and of none. */
  runningContainers(): Answer<readonly ContainerSummary[]>;
  inspect(containerId: string): Answer<ContainerDetail>;
  /** Measured over about a second. */
  stats(containerId: string): Answer<ContainerStats>;
  /** Slow on engines with much data: it is counted file by file. */
  diskUsage(): Answer<DiskUsage>;
  /** Throws with the engine's own words where no log can be read: no such container, its driver. */
  logs(containerId: string, options: LogOptions): AsyncIterable<LogLine>;
  exec(containerId: string, options: ExecOptions): Answer<Execution>;
  /**
   * Copies files into a container, running or not, with their modes. Those that there are not (any
   * more) are left out.
   * @param owner in the container; the numbers that they have here, where it is not given.
   */
  copyInto(containerId: string, files: readonly CopiedFile[], owner?: FileOwner): Answer<void>;
  /** Before its first start: a number that has no name in the container is `app` there. */
  giveAccount(containerId: string, account: Account): Answer<void>;
  /** Before its first start: volumes that nothing was written to are the person's, where it runs as the person. */
  giveVolumes(containerId: string, account: Account): Answer<void>;
  /** Events of one project's containers until the signal is aborted. Ends when the engine goes. */
  events(project: string, signal: AbortSignal, wanted?: WantedEvents): AsyncIterable<EngineEvent>;
  signalContainer(containerId: string, signal: string): Answer<void>;
  /** One that runs is left alone, a paused one goes on. A host port that somebody else has is reason `port-taken`. */
  startContainer(containerId: string): Answer<void>;
  restartContainer(containerId: string, options: { readonly graceSeconds: number }): Answer<void>;
  stopContainer(containerId: string, options: { readonly graceSeconds: number }): Answer<void>;
  /** Running or not; none of that name is as good. */
  removeContainer(containerId: string, unnamedVolumes: 'kept' | 'removed'): Answer<void>;
  /**
   * Runs a container to the end of its command, all that it printed read. Of the engine's images alone.
   * One that has a way out is given the proxies of the `docker` program's configuration, as by that.
   */
  runOneOff(container: OneOffContainer, options: OneOffOptions): Answer<OneOffEnd>;
  /**
   * Runs a command in a new container that is as the given one, which may have ended: same image, user,
   * environment, mounts, limits and network. Nothing of it is published, and it is gone with the command.
   */
  runLike(
    id: string,
    argv: readonly string[],
    options: Pick<OneOffOptions, 'signal' | 'onLine'>,
  ): Answer<OneOffEnd>;
  /** The exit status of a running container, when it has ended. */
  waitForExit(containerId: string, signal?: AbortSignal): Answer<number>;
  /** Volumes that carry all these labels; every one for none. `unused`: those that no container mounts. */
  volumes(
    labels: Readonly<Record<string, string>>,
    options?: { readonly unused: boolean },
  ): Answer<readonly VolumeDetail[]>;
  createVolume(name: string, labels: Readonly<Record<string, string>>): Answer<void>;
  removeVolume(name: string): Answer<void>;
  /** Networks that carry all these labels; every one for none. */
  networks(labels: Readonly<Record<string, string>>): Answer<readonly NetworkDetail[]>;
  /** Names of the running containers in a network, by id; none where there is no such network. */
  networkMembers(name: string): Answer<ReadonlyMap<string, string>>;
  /** A bridge of its own; none is made where there is one of that name. */
  createNetwork(name: string, labels: Readonly<Record<string, string>>): Answer<void>;
  connect(network: string, containerId: string): Answer<void>;
  disconnect(network: string, containerId: string): Answer<void>;
  removeNetwork(name: string): Answer<void>;
  /** Images that carry all these labels; every image where none is given. */
  images(labels: Readonly<Record<string, string>>): Answer<readonly ImageSummary[]>;
  /** The image's id, or undefined when the engine has none under that reference. */
  imageId(reference: string): Answer<string | undefined>;
  /** Undefined when the engine has none under that reference. */
  image(reference: string): Answer<ImageDetail | undefined>;
  /** Gives an image one more name; whatever had it before loses it. */
  tagImage(reference: string, name: string): Answer<void>;
  /** `force`: also when it has other names, or stopped containers. */
  removeImage(reference: string, options?: { readonly force: boolean }): Answer<void>;
  /** Labels of the container, or else of the image, of that name or id; undefined when there is neither. */
  labelsOf(name: string): Answer<Readonly<Record<string, string>> | undefined>;
}
