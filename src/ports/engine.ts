import type { Failure } from '../events/failure.ts';
import type { Account } from '../util/accounts.ts';
import type { Result } from '../util/result.ts';
import type {
  ContainerSummary,
  ContainerDetail,
  LogLine,
  LogOptions,
  ExecOptions,
  CopiedFile,
  FileOwner,
  Execution,
  OneOffContainer,
  OneOffOptions,
  OneOffEnd,
  ContainerStats,
} from './engine-containers.ts';
import type {
  VolumeDetail,
  NetworkDetail,
  ImageSummary,
  ImageDetail,
  DiskUsage,
} from './engine-resources.ts';

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
