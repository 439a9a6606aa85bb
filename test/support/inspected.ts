import type { ContainerInspectInfo } from 'dockerode';

/** What `docker inspect` says, as far as it is compared; names of the project without the project. */
export interface Inspected {
  readonly Config: Omit<
    ContainerInspectInfo['Config'],
    'Healthcheck' | 'ExposedPorts' | 'Domainname'
  > & {
    readonly ExposedPorts?: Readonly<Record<string, unknown>>;
    readonly StopSignal?: string;
    readonly Domainname?: string;
    readonly StopTimeout?: number;
    readonly Healthcheck?: {
      readonly Test: readonly string[];
      readonly Interval?: number;
      readonly Timeout?: number;
      readonly Retries?: number;
      readonly StartPeriod?: number;
    };
  };
  readonly HostConfig: HostConfig;
  readonly name: string;
  /** Names of its own that it calls others by: `own-link`. */
  readonly links: readonly string[];
  /** `front own-alias 10.1.2.3` of each network that it is in, sorted. */
  readonly networks: readonly string[];
  /** `bind src /src ro`, sorted by target; not those of configs and secrets. */
  readonly mounts: readonly string[];
  /** What it reads of its configs and secrets: `/own-note text`. */
  readonly files: readonly string[];
}

interface HostConfig {
  readonly CapAdd: readonly string[] | null;
  readonly CapDrop: readonly string[] | null;
  readonly GroupAdd: readonly string[] | null;
  readonly SecurityOpt: readonly string[] | null;
  readonly ExtraHosts: readonly string[] | null;
  readonly Dns: readonly string[] | null;
  readonly DnsSearch: readonly string[] | null;
  readonly Ulimits:
    readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[] | null;
  readonly Devices:
    | readonly {
        readonly PathOnHost: string;
        readonly PathInContainer: string;
        readonly CgroupPermissions: string;
      }[]
    | null;
  readonly PortBindings: Readonly<
    Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
  > | null;
  readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
  readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
  readonly Sysctls?: Readonly<Record<string, string>> | null;
  readonly Tmpfs?: Readonly<Record<string, string>> | null;
  readonly Annotations?: Readonly<Record<string, string>> | null;
  readonly Init?: boolean | null;
  readonly NanoCpus?: number;
  readonly CpuShares?: number;
  readonly BlkioDeviceReadBps?: readonly { readonly Path: string; readonly Rate: number }[] | null;
  readonly CpusetCpus?: string;
  readonly MemoryReservation?: number;
  readonly PidsLimit?: number | null;
  readonly Privileged?: boolean;
  readonly DnsOptions?: readonly string[] | null;
  readonly DeviceCgroupRules?: readonly string[] | null;
  readonly Memory: number;
  readonly MemorySwap?: number;
  readonly VolumesFrom?: readonly string[] | null;
  readonly ShmSize: number;
  readonly OomScoreAdj: number;
  readonly ReadonlyRootfs: boolean;
  readonly PidMode: string;
  readonly IpcMode: string;
  readonly NetworkMode: string;
}

interface Raw {
  readonly Id: string;
  readonly Name: string;
  readonly Config: Inspected['Config'];
  readonly HostConfig: HostConfig;
  readonly NetworkSettings: {
    readonly Networks: Readonly<
      Record<
        string,
        {
          readonly Aliases: readonly string[] | null;
          readonly Links?: readonly string[] | null;
          readonly IPAMConfig: { readonly IPv4Address?: string } | null;
        }
      >
    >;
  };
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
}

/** How names of the engine are said without what differs from run to run. */
export interface Naming {
  readonly project: string;
  readonly folder: string;
  /** Container id → service. */
  readonly services: ReadonlyMap<string, string>;
}

export function inspected(json: string, files: readonly string[], naming: Naming): Inspected {
  const raw = JSON.parse(json) as Raw;
  const plain = (name: string): string =>
    name.replace(new RegExp(`^${naming.project}[_-]`), '').replace(/^named-/, '');
  const joined = (mode: string): string =>
    mode.startsWith('container:')
      ? `container:${naming.services.get(mode.slice('container:'.length)) ?? 'unknown'}`
      : mode;
  /** `ID:ro` by the service that it is of. */
  const lender = (from: string): string => {
    const [id = '', ...mode] = from.split(':');
    return [naming.services.get(id) ?? 'unknown', ...mode.filter((one) => one !== 'rw')].join(':');
  };
  const networks = Object.entries(raw.NetworkSettings.Networks)
    .filter(([name]) => name !== 'none')
    .map(([name, { Aliases, IPAMConfig }]) => {
      const aliases = (Aliases ?? []).filter((one) => one.startsWith('own-')).sort();
      const address = IPAMConfig?.IPv4Address;
      return [
        plain(name),
        ...aliases,
        ...(address === undefined || address === '' ? [] : [address]),
      ].join(' ');
    });
  const mounts = raw.Mounts.filter(
    ({ Destination: at }) => !/^\/(run\/secrets|own-|listed)/.test(at),
  ).map(({ Type, Name = '', Source, Destination, RW }) => {
    const name = /^[0-9a-f]{64}$/.test(Name) ? '?' : plain(Name);
    const from = Type === 'bind' ? Source.replace(`${naming.folder}/`, '') : name;
    return `${Type} ${from} ${Destination} ${RW ? 'rw' : 'ro'}`;
  });
  const { HostConfig: host } = raw;
  const links = Object.values(raw.NetworkSettings.Networks)
    .flatMap(({ Links }) => Links ?? [])
    .map((link) => link.slice(link.indexOf(':') + 1))
    .filter((alias) => alias.startsWith('own-'));
  return {
    Config: raw.Config,
    name: raw.Name.slice(1),
    links: [...new Set(links)].sort(),
    HostConfig: {
      ...host,
      PidMode: joined(host.PidMode),
      NetworkMode: joined(host.NetworkMode),
      VolumesFrom: (host.VolumesFrom ?? []).map(lender),
    },
    networks: networks.sort(),
    mounts: mounts.sort(),
    files,
  };
}
