import type { Settings } from '../model/settings.ts';
import { serviceSettings } from '../model/settings.ts';
import type { PublishedPort } from '../ports/engine.ts';
import type { PortProbe } from '../ports/port-probe.ts';

export type Protocol = PublishedPort['protocol'];

/** A port that the merged Compose document publishes. */
export interface WantedPort {
  readonly service: string;
  readonly containerPort: number;
  readonly protocol: Protocol;
  /** Address that it binds to: `127.0.0.1` unless the project says otherwise. */
  readonly hostAddress: string;
  /** Port that the document wants; 0 for any. */
  readonly hostPort: number;
}

/** What was given before: `SERVICE CONTAINERPORT/PROTOCOL ADDRESS WANTED` → host port. */
export type RememberedPorts = Readonly<Record<string, number>>;

export interface PortsRequest {
  readonly wanted: readonly WantedPort[];
  readonly remembered: RememberedPorts;
  readonly settings: Settings;
  /** Ports that this project's own running containers hold: they count as free for their service. */
  readonly held: readonly (PublishedPort & { readonly service: string })[];
  readonly probe: PortProbe;
}

/** A wanted port with the host port that it gets. */
export interface AssignedPort extends WantedPort {
  readonly assigned: number;
}

export interface PortsDecision {
  /** In the order of `wanted`. */
  readonly ports: readonly AssignedPort[];
  /** What to remember for the next time. */
  readonly remembered: RememberedPorts;
  /** What to tell: `8443 is taken by another program: proxy got 8444`. */
  readonly notes: readonly string[];
}

const LAST_PORT = 65_535;
/** Where ports are looked for when any will do: below those that systems give to clients. */
const FIRST_FREE_PORT = 20_000;

/**
 * Which host port each published port gets: the settings' one, else the wanted one, else the one it
 * had last time, else the next free one. Decided in the order of `wanted`, no port given twice.
 */
export async function decidePorts(request: PortsRequest): Promise<PortsDecision> {
  const ports: AssignedPort[] = [];
  const notes: string[] = [];
  for (const wanted of request.wanted) {
    const assigned = await assignedPort(wanted, ports, request);
    ports.push({ ...wanted, assigned });
    const asked = askedPort(wanted, request.settings);
    if (asked !== 0 && assigned !== asked) {
      const who = conflict(wanted, asked, ports.slice(0, -1)) ?? 'another program';
      notes.push(`${asked} is taken by ${who}: ${wanted.service} got ${assigned}`);
    }
  }
  const remembered = ports
    .filter((port) => port.assigned !== askedPort(port, request.settings))
    .map((port) => [memoryKey(port), port.assigned] as const);
  return { ports, remembered: Object.fromEntries(remembered), notes };
}

async function assignedPort(
  wanted: WantedPort,
  given: readonly AssignedPort[],
  request: PortsRequest,
): Promise<number> {
  const asked = askedPort(wanted, request.settings);
  const remembered = request.remembered[memoryKey(wanted)];
  const candidates = [asked, remembered ?? 0].filter((port) => port !== 0);
  for (const port of candidates) {
    if (await isFree(port, wanted, given, request)) return port;
  }
  const start = asked === 0 ? FIRST_FREE_PORT : asked + 1;
  const others = request.wanted.filter((other) => other !== wanted);
  const askedByOthers = new Set(others.map((other) => askedPort(other, request.settings)));
  for (let port = start; port <= LAST_PORT; port += 1) {
    if (askedByOthers.has(port)) continue;
    if (await isFree(port, wanted, given, request)) return port;
  }
  // Every port above is taken: let the engine say so of the one that was asked for.
  return asked;
}

async function isFree(
  port: number,
  wanted: WantedPort,
  given: readonly AssignedPort[],
  { held, probe }: PortsRequest,
): Promise<boolean> {
  if (conflict(wanted, port, given) !== undefined) return false;
  const own = held.some(
    (one) =>
      one.hostPort === port &&
      one.protocol === wanted.protocol &&
      one.service === wanted.service &&
      overlaps(one.hostAddress, wanted.hostAddress),
  );
  return own || probe.isFree(wanted.hostAddress, port, wanted.protocol);
}

/** The service of this project that was given the port already. */
function conflict(
  wanted: WantedPort,
  port: number,
  given: readonly AssignedPort[],
): string | undefined {
  return given.find(
    (other) =>
      other.assigned === port &&
      other.protocol === wanted.protocol &&
      overlaps(other.hostAddress, wanted.hostAddress),
  )?.service;
}

function overlaps(a: string, b: string): boolean {
  const everywhere = ['', '0.0.0.0', '::'];
  return a === b || everywhere.includes(a) || everywhere.includes(b);
}

/** The host port that the person's settings name, else the document's; 0 for any. */
function askedPort({ service, containerPort, protocol, hostPort }: WantedPort, settings: Settings) {
  const key = protocol === 'tcp' ? String(containerPort) : `${containerPort}/${protocol}`;
  return serviceSettings(settings, service).ports.get(key) ?? hostPort;
}

function memoryKey({
  service,
  containerPort,
  protocol,
  hostAddress,
  hostPort,
}: WantedPort): string {
  return `${service} ${containerPort}/${protocol} ${hostAddress} ${hostPort}`;
}

/** The shape of `.dev/state/ports.json`; undefined for anything else. */
export function parseRememberedPorts(data: unknown): RememberedPorts | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const entries = Object.entries(data);
  const isPort = ([, port]: [string, unknown]): boolean =>
    Number.isInteger(port) && Number(port) > 0 && Number(port) <= LAST_PORT;
  return entries.every(isPort) ? (data as RememberedPorts) : undefined;
}
