import { UNSAFE_PORTS } from '../../generate/unsafe-ports.ts';
import type { World } from '../../ports/world.ts';
import type { RouterPorts } from '../../router/record.ts';
import { portHolder, type PortHolderWorld } from '../up/port-holder.ts';

/** What browsers take when nobody says a port. */
export const USUAL_PORTS: RouterPorts = { http: 80, https: 443 };
/** What people know as their stand-ins. */
const NEXT: RouterPorts = { http: 8080, https: 8443 };
const FIRST_OF_ANY = 20_080;
const LAST_PORT = 65_535;

export const PORTS_VARIABLE = 'DEV_ROUTER_PORTS';

/** `80,443` of the environment variable; undefined for what makes no sense. */
export function wantedPorts(text: string | undefined): RouterPorts | undefined {
  if (text === undefined || text === '') return USUAL_PORTS;
  const [, http = '', https = ''] = /^(\d{1,5}),(\d{1,5})$/.exec(text) ?? [];
  const ports = { http: Number(http), https: Number(https) };
  const isPort = (port: number): boolean => port > 0 && port <= LAST_PORT;
  return isPort(ports.http) && isPort(ports.https) && ports.http !== ports.https
    ? ports
    : undefined;
}

type PortsWorld = Pick<World, 'ports'>;

async function firstFree(
  candidates: Iterable<number>,
  taken: ReadonlySet<number>,
  { ports }: PortsWorld,
): Promise<number | undefined> {
  for (const port of candidates) {
    if (!taken.has(port) && (await ports.isFree('127.0.0.1', port, 'tcp'))) return port;
  }
  return undefined;
}

function* from(first: number): Iterable<number> {
  for (let port = first; port <= LAST_PORT; port += 1) yield port;
}

/**
 * The ports that are wanted, each replaced by another one where it is taken or was refused.
 * @param refused by the engine, a moment ago.
 */
export async function choosePorts(
  wanted: RouterPorts,
  refused: ReadonlySet<number>,
  world: PortsWorld,
): Promise<RouterPorts> {
  const choose = async (name: keyof RouterPorts, other: readonly number[]): Promise<number> => {
    const avoided = new Set([...refused, ...other]);
    const isUsual = wanted[name] === USUAL_PORTS[name];
    const known = isUsual ? [wanted[name], NEXT[name]] : [wanted[name]];
    const first = isUsual ? FIRST_OF_ANY : wanted[name] + 1;
    const found = await firstFree(known, avoided, world);
    const others = new Set([...avoided, ...UNSAFE_PORTS]);
    return found ?? (await firstFree(from(first), others, world)) ?? wanted[name];
  };
  const https = await choose('https', []);
  return { https, http: await choose('http', [https]) };
}

/** What is said of ports that are not the wanted ones, with who has those. */
export async function movedNotes(
  wanted: RouterPorts,
  got: RouterPorts,
  refused: ReadonlyMap<number, string>,
  instance: string,
  world: PortHolderWorld,
): Promise<readonly string[]> {
  const holder = portHolder(instance, world);
  const notes: string[] = [];
  for (const name of ['https', 'http'] as const) {
    if (got[name] === wanted[name]) continue;
    const why = refused.get(wanted[name]);
    const who = (await holder(wanted[name], 'tcp')) ?? 'another program';
    const cause = why === undefined ? `is taken by ${who}` : `cannot be opened (${why})`;
    notes.push(
      `${String(wanted[name])} ${cause}: addresses by name are at port ${String(got[name])}`,
    );
  }
  return notes;
}
