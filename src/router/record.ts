import { isMapping } from '../model/plain.ts';

/** One name, and the container that answers for it. */
export interface Route {
  /** `api.shop.localhost`, lower case. */
  readonly host: string;
  readonly service: string;
  /** The engine's id of it, twelve digits: a name on its networks that nobody can take. */
  readonly container: string;
  readonly port: number;
  /** Whether it speaks TLS itself. */
  readonly secure: boolean;
}

/** What the router knows of one project that runs; a file each. */
export interface RouterRecord {
  readonly instance: string;
  /** The project folder. */
  readonly root: string;
  readonly routes: readonly Route[];
  /** Networks by which the containers are reached. */
  readonly networks: readonly string[];
}

/** Ports of this machine. */
export interface RouterPorts {
  readonly http: number;
  readonly https: number;
}

const isRoute = (value: unknown): value is Route =>
  isMapping(value) &&
  typeof value['host'] === 'string' &&
  typeof value['service'] === 'string' &&
  typeof value['container'] === 'string' &&
  typeof value['port'] === 'number' &&
  typeof value['secure'] === 'boolean';

const isText = (value: unknown): value is string => typeof value === 'string';

/** Undefined for what another version wrote, and for half of a file. */
export function parseRouterRecord(text: string): RouterRecord | undefined {
  const value = parsed(text);
  if (!isMapping(value)) return undefined;
  const { instance, root, routes, networks } = value;
  if (!isText(instance) || !isText(root) || !Array.isArray(routes) || !Array.isArray(networks))
    return undefined;
  return routes.every(isRoute) && networks.every(isText)
    ? { instance, root, routes, networks }
    : undefined;
}

export function parseRouterPorts(text: string): RouterPorts | undefined {
  const value = parsed(text);
  if (!isMapping(value)) return undefined;
  const { http, https } = value;
  return typeof http === 'number' && typeof https === 'number' ? { http, https } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `https://api.shop.localhost`, with the port where it is not the usual one. */
export function addressOf(host: string, { https }: RouterPorts): string {
  return `https://${host}${https === HTTPS ? '' : `:${String(https)}`}`;
}

const HTTPS = 443;
