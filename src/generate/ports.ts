import {
  askedByOthers,
  askedRange,
  conflict,
  isAt,
  memoryKey,
  spanOf,
  type AssignedPort,
  type PortsRequest,
  type RememberedPorts,
  type WantedPort,
} from './port-wishes.ts';
import { UNSAFE_PORTS } from './unsafe-ports.ts';

export interface PortsDecision {
  /** In the order of `wanted`. */
  readonly ports: readonly AssignedPort[];
  /** What to remember for the next time. */
  readonly remembered: RememberedPorts;
  /** What to tell: `8443 is taken by node (process 1234): proxy got 8444`. */
  readonly notes: readonly string[];
}

const LAST_PORT = 65_535;
/** Where ports are looked for when any will do: below those that systems give to clients. */
const FIRST_FREE_PORT = 20_000;

/**
 * Which host port each published port gets. First, whoever runs keeps what it has, so that nothing is
 * made anew for no edit's sake; then, in the order of `wanted`, what the settings or the document ask
 * for, what it had last time, and the next free one. No port is given twice.
 */
export async function decidePorts(request: PortsRequest): Promise<PortsDecision> {
  const given = new Map<WantedPort, AssignedPort>();
  for (const choose of [kept, asked, rememberedFree, nextFree]) {
    for (const wanted of request.wanted) {
      if (given.has(wanted)) continue;
      const port = await choose(wanted, [...given.values()], request);
      if (port !== undefined) given.set(wanted, { ...wanted, assigned: port });
    }
  }
  // Where every port is taken: let the engine say so of the one that was asked for.
  const ports = request.wanted.map(
    (wanted) => given.get(wanted) ?? { ...wanted, assigned: askedRange(wanted, request).first },
  );
  const remembered = ports
    .filter((port) => port.assigned !== askedRange(port, request).first)
    .map((port) => [memoryKey(port, request), port.assigned] as const);
  return {
    ports,
    remembered: Object.fromEntries(remembered),
    notes: await moveNotes(ports, request),
  };
}

type Choice = (
  wanted: WantedPort,
  given: readonly AssignedPort[],
  request: PortsRequest,
) => Promise<number | undefined>;

/** What its own container has now, when that was meant for the same wish. */
const kept: Choice = async (wanted, given, request) => {
  const { first } = askedRange(wanted, request);
  const remembered = request.remembered[memoryKey(wanted, request)];
  for (const port of [remembered, first]) {
    if (port === undefined || port === 0) continue;
    const has = request.held.some(
      (one) => one.service === wanted.service && isAt(one, port, wanted),
    );
    if (has && (await isFree(port, wanted, given, request))) return port;
  }
  return undefined;
};

/** What is asked for; of a range, best what nobody else asks for. */
const asked: Choice = async (wanted, given, request) => {
  const { first, last } = askedRange(wanted, request);
  if (first === 0) return undefined;
  const end = Math.max(first, last - wanted.count + 1);
  const isRange = last > first;
  const avoided = new Set(
    isRange ? [...askedByOthers(wanted, request, 'single'), ...UNSAFE_PORTS] : [],
  );
  const found = await search(first, end, avoided, wanted, given, request);
  return found ?? (isRange ? search(first, end, new Set(), wanted, given, request) : undefined);
};

const rememberedFree: Choice = async (wanted, given, request) => {
  const port = request.remembered[memoryKey(wanted, request)];
  const isUsable = port !== undefined && !UNSAFE_PORTS.has(port);
  return isUsable && (await isFree(port, wanted, given, request)) ? port : undefined;
};

const nextFree: Choice = async (wanted, given, request) => {
  const { first } = askedRange(wanted, request);
  const start = first === 0 ? FIRST_FREE_PORT : first + 1;
  const end = LAST_PORT - wanted.count + 1;
  const avoided = new Set([...askedByOthers(wanted, request, 'all'), ...UNSAFE_PORTS]);
  return (
    (await search(start, end, avoided, wanted, given, request)) ??
    search(start, end, UNSAFE_PORTS, wanted, given, request)
  );
};

async function search(
  start: number,
  end: number,
  avoided: ReadonlySet<number>,
  ...[wanted, given, request]: Parameters<Choice>
): Promise<number | undefined> {
  for (let port = start; port <= end; port += 1) {
    if (spanOf(port, wanted.count).some((one) => avoided.has(one))) continue;
    if (await isFree(port, wanted, given, request)) return port;
  }
  return undefined;
}

async function isFree(port: number, ...[wanted, given, request]: Parameters<Choice>) {
  const ports = spanOf(port, wanted.count);
  if (ports.some((one) => conflict(wanted, one, given) !== undefined)) return false;
  for (const one of ports) {
    const own = request.held.filter((other) => isAt(other, one, { ...wanted, count: 1 }));
    if (own.some(({ stays, service }) => stays && service !== wanted.service)) return false;
    const isOurs = own.length > 0;
    const { hostAddress, protocol } = wanted;
    if (!isOurs && !(await request.probe.isFree(hostAddress, one, protocol))) return false;
  }
  return true;
}

/**
 * What is said of ports that are not those that were asked for: who has the one, when another is given;
 * that it could be had, as long as it could.
 */
async function moveNotes(
  ports: readonly AssignedPort[],
  request: PortsRequest,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const [index, port] of ports.entries()) {
    const { first, last } = askedRange(port, request);
    if (first === 0 || (port.assigned >= first && port.assigned <= last)) continue;
    const wish = last > first ? `${first}-${last}` : String(first);
    const others = [...ports.slice(0, index), ...ports.slice(index + 1)];
    const ours = conflict(port, first, others);
    if (ours === undefined && (await isFree(first, port, others, request))) {
      notes.push(
        `${wish} is free again: ${port.service} has ${port.assigned} until the next dev down`,
      );
    } else if (request.remembered[memoryKey(port, request)] !== port.assigned) {
      const who = ours ?? (await request.holder(first, port.protocol)) ?? 'another program';
      notes.push(`${wish} is taken by ${who}: ${port.service} got ${port.assigned}`);
    }
  }
  return notes;
}

/** The shape of `.dev/state/ports.json`; undefined for anything else. */
export function parseRememberedPorts(data: unknown): RememberedPorts | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const entries = Object.entries(data);
  const isPort = ([, port]: [string, unknown]): boolean =>
    Number.isInteger(port) && Number(port) > 0 && Number(port) <= LAST_PORT;
  return entries.every(isPort) ? (data as RememberedPorts) : undefined;
}
