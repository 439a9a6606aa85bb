import type {
  ContainerInfo,
  ContainerInspectInfo,
  ImageInfo,
  ImageInspectInfo,
  NetworkInspectInfo,
  VolumeInspectInfo,
} from 'dockerode';
import type {
  ContainerDetail,
  ContainerState,
  ContainerSummary,
  EngineVersion,
  Health,
  HealthTimes,
  ImageConfig,
  ImageDetail,
  ImageSummary,
  NetworkDetail,
  PublishedPort,
  VolumeDetail,
} from '../../ports/engine.ts';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';

const STATES = new Set<string>([
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
] satisfies ContainerState[]);

function isState(text: string): text is ContainerState {
  return STATES.has(text);
}

/** Podman's states that have no namesake at Docker's: a `stopped` container is not cleared up yet. */
const PODMAN_STATES = new Map<string, ContainerState>([
  ['configured', 'created'],
  ['initialized', 'created'],
  ['stopping', 'running'],
  ['stopped', 'exited'],
]);

function stateOf(text: string): ContainerState {
  return isState(text) ? text : (PODMAN_STATES.get(text) ?? 'dead');
}

/** The list endpoint tells health only inside its sentence: `Up 3 minutes (health: starting)`. */
function healthOf(status: string): Health {
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  if (status.includes('(health: starting)')) return 'starting';
  return 'none';
}

/** Health as the inspect endpoint tells it. */
export function healthFromInspect(text: string | undefined): Health {
  return text === 'healthy' || text === 'unhealthy' || text === 'starting' ? text : 'none';
}

function protocolOf(type: string): PublishedPort['protocol'] {
  return type === 'udp' || type === 'sctp' ? type : 'tcp';
}

/** As the version's question is answered; Docker of old names no components. */
export interface RawVersion {
  readonly Version?: unknown;
  readonly ApiVersion?: unknown;
  readonly Components?: readonly { readonly Name?: unknown }[] | null;
}

/** Undefined where it is no answer of an engine. */
export function toVersion({
  Version: version,
  ApiVersion: apiVersion,
  Components: components,
}: RawVersion): EngineVersion | undefined {
  if (typeof version !== 'string' || typeof apiVersion !== 'string') return undefined;
  const has = (part: string): boolean =>
    components?.some(({ Name: name }) => name === part) === true;
  const product = has('Podman Engine') ? 'podman' : 'docker';
  return { product, isRootless: has('rootlesskit'), version, apiVersion };
}

/** Podman writes out the registry that Docker leaves away: Docker's own, and none at all. */
function familiar(reference: string): string {
  return reference.replace(/^(?:docker\.io\/(?:library\/)?|localhost\/)(?!sha256:)/, '');
}

/** What engines call a volume that nobody gave a name. */
const UNNAMED_VOLUME = /^[0-9a-f]{64}$/;

/** What the list endpoint says of a container, in the product's words. */
export function toSummary(info: ContainerInfo): ContainerSummary {
  return {
    id: info.Id,
    name: (info.Names[0] ?? info.Id).replace(/^\//, ''),
    service: info.Labels[COMPOSE_LABELS.service] ?? '',
    oneOff: info.Labels[COMPOSE_LABELS.oneOff] === 'True',
    imageId: info.ImageID,
    image: familiar(info.Image),
    state: stateOf(info.State),
    health: healthOf(info.Status),
    status: info.Status,
    createdAtMs: info.Created * 1000,
    labels: info.Labels,
    ports: info.Ports.flatMap((port) =>
      // The engine answers ports that are only exposed without a public one.
      (port.PublicPort as number | undefined) === undefined
        ? []
        : [
            {
              containerPort: port.PrivatePort,
              protocol: protocolOf(port.Type),
              hostAddress: port.IP,
              hostPort: port.PublicPort,
            },
          ],
    ),
    exposedPorts: [
      ...new Set(
        info.Ports.flatMap(({ Type, PrivatePort }) => (Type === 'tcp' ? [PrivatePort] : [])),
      ),
    ].sort((a, b) => a - b),
    volumes: info.Mounts.flatMap((mount) =>
      mount.Type === 'volume' && mount.Name !== undefined ? [mount.Name] : [],
    ),
    unnamedVolumes: info.Mounts.flatMap(({ Type: type, Name: name, Destination: target }) =>
      type === 'volume' && name !== undefined && UNNAMED_VOLUME.test(name)
        ? [{ name, target }]
        : [],
    ),
    networks: new Map(
      Object.entries(info.NetworkSettings.Networks).map(([name, { NetworkID: id }]) => [name, id]),
    ),
  };
}

/** What the list endpoint says of a volume. The client's type lacks that lists can be null. */
export function toVolume(info: VolumeInspectInfo): VolumeDetail {
  const { Labels: labels, Options: options } = info as {
    readonly [Key in 'Labels' | 'Options']: Record<string, string> | null;
  };
  return { name: info.Name, labels: labels ?? {}, driver: info.Driver, options: options ?? {} };
}

/** What the list endpoint says of images, in the product's words. */
type ListedImage = Pick<
  ImageInfo,
  'Id' | 'RepoTags' | 'RepoDigests' | 'Labels' | 'Size' | 'Created'
>;

export function toImages(images: readonly ListedImage[]): readonly ImageSummary[] {
  return images.map((image) => ({
    id: image.Id,
    tags: (image.RepoTags ?? []).map(familiar),
    digests: (image.RepoDigests ?? []).map(familiar),
    // The engine answers images without labels with null.
    labels: (image.Labels as Record<string, string> | null) ?? {},
    sizeBytes: image.Size,
    createdAtMs: image.Created * 1000,
  }));
}

/** What the list endpoint says of a network. */
export function toNetwork(info: NetworkInspectInfo): NetworkDetail {
  return {
    name: info.Name,
    id: info.Id,
    labels: info.Labels ?? {},
    driver: info.Driver,
    options: info.Options ?? {},
    internal: info.Internal,
    attachable: info.Attachable,
    ipv6: info.EnableIPv6,
    subnets: (info.IPAM?.Config ?? []).flatMap(({ Subnet: subnet }) => subnet ?? []),
  };
}

/** The running containers of an inspected network; none of none. */
export function toMembers(info: NetworkInspectInfo | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(info?.Containers ?? {}).map(([id, { Name: name }]) => [id, name]));
}

/** What the inspect endpoint says of a container, in the product's words. */
/** The engine's own, where a container has none. */
const STOP_GRACE_SECONDS = 10;

/** Of the client's types the answer lacks it. */
interface RawGrace {
  readonly Config: { readonly StopTimeout?: number };
}

export function toDetail(info: ContainerInspectInfo & RawGrace): ContainerDetail {
  const { State: state, Config: config } = info;
  return {
    id: info.Id,
    pid: state.Pid,
    state: stateOf(state.Status),
    health: healthFromInspect(state.Health?.Status),
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    startedAtMs: Date.parse(state.StartedAt),
    finishedAtMs: Date.parse(state.FinishedAt),
    restartCount: info.RestartCount,
    isRestarted: ['always', 'unless-stopped'].includes(info.HostConfig.RestartPolicy?.Name ?? ''),
    stopGraceSeconds: config.StopTimeout ?? STOP_GRACE_SECONDS,
    user: config.User,
    workingDirectory: config.WorkingDir,
    command: [info.Path, ...info.Args],
    environment: config.Env,
    exposedPorts: Object.keys((config as RawImageConfig).ExposedPorts ?? {}).flatMap(tcpPort),
    healthLog: (state.Health?.Log ?? []).map((entry) => ({
      exitCode: entry.ExitCode,
      output: entry.Output,
      startedAtMs: Date.parse(entry.Start),
    })),
    addresses: Object.fromEntries(
      Object.entries(info.NetworkSettings.Networks).map(([name, network]) => [
        name,
        network.IPAddress,
      ]),
    ),
    mounts: info.Mounts.map(({ Type: type, Name: name, Source: source, Destination, RW }) => ({
      type: type === 'volume' || type === 'bind' ? type : 'other',
      source: name ?? source,
      target: Destination,
      isWritable: RW,
    })),
  };
}

/** `3306/tcp` → 3306. */
function tcpPort(port: string): readonly number[] {
  const number = /^(\d+)\/tcp$/.exec(port)?.[1];
  return number === undefined ? [] : [Number(number)];
}

/** What the inspect endpoint says of an image, in the product's words. */
export function toImageDetail(info: ImageInspectInfo): ImageDetail {
  // The client's types leave it out.
  const { Metadata: metadata } = info as { Metadata?: { LastTagTime?: string } };
  const taggedAtMs = Date.parse(metadata?.LastTagTime ?? '');
  return {
    id: info.Id,
    platform: [info.Os, info.Architecture, info.Variant].filter(Boolean).join('/'),
    // The engine answers the year 1 where it does not know.
    taggedAtMs: Number.isNaN(taggedAtMs) ? 0 : Math.max(0, taggedAtMs),
    layers: info.RootFS.Layers ?? [],
    gives: toImageConfig(info.Config),
  };
}

/** The client's types do not know that what is not set may be null. */
interface RawImageConfig {
  readonly Env?: readonly string[] | null;
  readonly Entrypoint?: string | readonly string[] | null | undefined;
  readonly Cmd?: readonly string[] | null;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
  readonly Volumes?: Readonly<Record<string, unknown>> | null;
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Healthcheck?: RawHealthcheck | undefined;
}

/** Times are in nanoseconds; none, and 0, are the engine's own. */
interface RawHealthcheck {
  readonly Test?: readonly string[] | null | undefined;
  readonly Interval?: number | undefined;
  readonly Timeout?: number | undefined;
  readonly StartPeriod?: number | undefined;
  readonly StartInterval?: number | undefined;
}

const durationText = (ns: number): string =>
  ns % 1e9 === 0 ? `${String(ns / 1e9)}s` : `${String(ns / 1e6)}ms`;

function toHealthTimes(raw: RawHealthcheck = {}): HealthTimes {
  const { Interval, Timeout, StartPeriod, StartInterval } = raw;
  const times = {
    ...{ interval: Interval, timeout: Timeout },
    ...{ start_period: StartPeriod, start_interval: StartInterval },
  };
  return Object.fromEntries(
    Object.entries(times).flatMap(([name, ns = 0]) => (ns === 0 ? [] : [[name, durationText(ns)]])),
  );
}

function toImageConfig(config: RawImageConfig): ImageConfig {
  const { Env: environment, Entrypoint: entrypoint, Cmd: command } = config;
  const test = config.Healthcheck?.Test ?? [];
  return {
    environment: environment ?? [],
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    volumes: Object.keys(config.Volumes ?? {}),
    user: config.User ?? '',
    workingDirectory: config.WorkingDir ?? '',
    entrypoint: [entrypoint ?? []].flat(),
    command: command ?? [],
    healthTest: test[0] === 'NONE' ? [] : test,
    healthTimes: toHealthTimes(config.Healthcheck),
  };
}
