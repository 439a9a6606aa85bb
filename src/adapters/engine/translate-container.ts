import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';
import type {
  ContainerDetail,
  ContainerState,
  ContainerSummary,
  Health,
  PublishedPort,
} from '../../ports/engine-containers.ts';
import { familiar, type RawImageConfig } from './translate-image.ts';

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

/** The engine's own, where a container has none. */
const STOP_GRACE_SECONDS = 10;

/** Of the client's types the answer lacks it. */
interface RawGrace {
  readonly Config: { readonly StopTimeout?: number };
}

/** What the inspect endpoint says of a container, in the product's words. */
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
