import type { Settings } from '../model/settings.ts';
import { serviceSettings } from '../model/settings.ts';
import type { PublishedPort } from '../ports/engine-containers.ts';
import type { PortProbe } from '../ports/port-probe.ts';

export type Protocol = PublishedPort['protocol'];

/** A port that the merged Compose document publishes. */
export interface WantedPort {
  readonly service: string;
  readonly containerPort: number;
  readonly protocol: Protocol;
  /** Address that it binds to: `127.0.0.1` unless the project says otherwise. */
  readonly hostAddress: string;
  /** Port that the document wants, the first of a range; 0 for any. */
  readonly hostPort: number;
  /** The last port of a range; `hostPort` where it is none. */
  readonly lastPort: number;
  /** How many ports side by side: one for each container. */
  readonly count: number;
}

/** What was given before: `SERVICE CONTAINERPORT/PROTOCOL ADDRESS WANTED` → first host port. */
export type RememberedPorts = Readonly<Record<string, number>>;

/** A port that a container of this project has. */
export interface HeldPort extends PublishedPort {
  readonly service: string;
  /** Whether nothing will be done about the container, so that it keeps its port. */
  readonly stays: boolean;
}

export interface PortsRequest {
  readonly wanted: readonly WantedPort[];
  readonly remembered: RememberedPorts;
  readonly settings: Settings;
  /** Ports that this project's own containers hold: they count as free, unless the container stays. */
  readonly held: readonly HeldPort[];
  readonly probe: Pick<PortProbe, 'isFree'>;
  /** Who has a port, in words; undefined where that cannot be known. */
  readonly holder: (port: number, protocol: Protocol) => Promise<string | undefined>;
}

/** A wanted port with the host port that it gets, the first of `count`. */
export interface AssignedPort extends WantedPort {
  readonly assigned: number;
}

/** Whether a container has one of the ports from `port` on. */
export function isAt(
  held: HeldPort,
  port: number,
  { count, protocol, hostAddress }: WantedPort,
): boolean {
  return (
    spanOf(port, count).includes(held.hostPort) &&
    held.protocol === protocol &&
    overlaps(held.hostAddress, hostAddress)
  );
}

export const spanOf = (port: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => port + index);

/** The service of this project that was given the port already. */
export function conflict(
  { protocol, hostAddress }: WantedPort,
  port: number,
  given: readonly AssignedPort[],
): string | undefined {
  return given.find(
    (other) =>
      spanOf(other.assigned, other.count).includes(port) &&
      other.protocol === protocol &&
      overlaps(other.hostAddress, hostAddress),
  )?.service;
}

function overlaps(a: string, b: string): boolean {
  const everywhere = ['', '0.0.0.0', '::'];
  return a === b || everywhere.includes(a) || everywhere.includes(b);
}

/** Ports that others ask for: `single`, those of ranges left out, which can have another one. */
export function askedByOthers(
  wanted: WantedPort,
  request: PortsRequest,
  which: 'single' | 'all',
): ReadonlySet<number> {
  return new Set(
    request.wanted.flatMap((other) => {
      const { first, last } = askedRange(other, request);
      const isElsewhere =
        other.protocol !== wanted.protocol || !overlaps(other.hostAddress, wanted.hostAddress);
      if (other === wanted || first === 0 || isElsewhere) return [];
      const length = Math.max(other.count, last - first + 1);
      return which === 'single' && last > first ? [] : spanOf(first, length);
    }),
  );
}

/** What the person's settings name, else the document; 0 for any. */
export function askedRange(
  { service, containerPort, protocol, hostPort, lastPort }: WantedPort,
  { settings }: Pick<PortsRequest, 'settings'>,
): { readonly first: number; readonly last: number } {
  const key = protocol === 'tcp' ? String(containerPort) : `${containerPort}/${protocol}`;
  const own = serviceSettings(settings, service).ports.get(key);
  return own === undefined ? { first: hostPort, last: lastPort } : { first: own, last: own };
}

export function memoryKey(wanted: WantedPort, request: Pick<PortsRequest, 'settings'>): string {
  const { service, containerPort, protocol, hostAddress } = wanted;
  const { first } = askedRange(wanted, request);
  return `${service} ${containerPort}/${protocol} ${hostAddress} ${first}`;
}
