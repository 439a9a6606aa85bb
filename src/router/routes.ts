import { healthUrl } from '../model/health-url.ts';
import { hasNoPages } from '../model/pageless-ports.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';
import { kindOfImage, SERVICE_KINDS } from '../service-kinds/table.ts';
import type { Route, RouterRecord } from './record.ts';

export interface RoutesRequest {
  /** Compose project name of the folder: its addresses are called by it. */
  readonly instance: string;
  readonly root: string;
  /** The merged document. */
  readonly document: PlainMapping;
  /** Services that run, in the document's order. */
  readonly order: readonly string[];
  readonly containers: readonly ContainerSummary[];
  /** Addresses that the project's probes ask: `http://SERVICE[:PORT]/…`, or of another form. */
  readonly probed: readonly string[];
  /** The service at the project's own name; found where nobody says. */
  readonly front: string | undefined;
}

/** A port on which a service speaks HTTP. */
interface WebPort {
  readonly port: number;
  readonly secure: boolean;
}

const SECURE = new Set([443, 8443, 9443]);
/** Ports of databases, queues and their consoles: what is spoken there. */
const KNOWN: ReadonlyMap<number, string> = new Map(
  SERVICE_KINDS.flatMap(({ ports }) => ports.map(({ port, scheme }) => [port, scheme] as const)),
);
/** What people call the service that a browser is meant for, the likeliest first. */
const FRONTS = [
  ...['proxy', 'gateway', 'nginx', 'caddy', 'traefik', 'haproxy', 'ingress'],
  ...['web', 'frontend', 'front', 'client', 'ui', 'www', 'site', 'app'],
];
/** A container in these has no names for others, or no address of its own. */
const NAMELESS = new Set(['bridge', 'host', 'none']);
const LABEL = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;

/** The names of one project, and who answers for them. Pure. */
export function routerRecord(request: RoutesRequest): RouterRecord {
  const { instance, root, order } = request;
  const services = order.flatMap((service) => {
    const web = webPort(service, request);
    const reached = reachedContainer(service, request);
    return web === undefined || reached === undefined ? [] : [{ service, ...web, ...reached }];
  });
  const named = withHosts(services, request);
  const used = new Set(named.map(({ service }) => service));
  const networks = services.filter(({ service }) => used.has(service)).map((one) => one.network);
  const routes = named.map(({ host, service, container, port, secure }): Route => ({
    ...{ host, service, container, port, secure },
  }));
  return { instance, root, routes, networks: [...new Set(networks)].sort() };
}

/** The names that a project would have, as far as that is known before its containers run. */
export function expectedHosts(request: Omit<RoutesRequest, 'root'>): readonly string[] {
  const services = request.order.flatMap((service) =>
    webPort(service, request) === undefined ? [] : [{ service }],
  );
  return withHosts(services, request).map(({ host }) => host);
}

/** Each with its name, before them the one that has the project's own. */
function withHosts<T extends { readonly service: string }>(
  services: readonly T[],
  request: Pick<RoutesRequest, 'instance' | 'front' | 'document'>,
): readonly (T & { readonly host: string })[] {
  const { instance } = request;
  const named = services.flatMap((one) => {
    const host = hostOf(one.service.toLowerCase(), instance);
    return host === undefined ? [] : [{ ...one, host }];
  });
  const front = frontOf(named, request);
  const own = front === undefined ? [] : [{ ...front, host: `${instance}.localhost` }];
  return [...new Map([...own, ...named].map((one) => [one.host, one])).values()];
}

/** Undefined for services whose name is no name of a host. */
function hostOf(service: string, instance: string): string | undefined {
  return LABEL.test(service) ? `${service}.${instance}.localhost` : undefined;
}

/**
 * The port that a service shows its pages on: one that it publishes, else one that it names, else what
 * its image exposes, or what is asked whether it works.
 */
function webPort(
  service: string,
  { document, containers, probed }: Omit<RoutesRequest, 'root'>,
): WebPort | undefined {
  const definition = mappingAt(mappingAt(document, 'services'), service);
  const environment = mappingAt(definition, 'environment')['PORT'];
  const image = containers.find((one) => one.service === service && !one.oneOff)?.exposedPorts;
  const asked = [...probed, healthUrl(service, definition) ?? ''];
  const candidates = [
    publishedPorts(definition),
    exposed(definition),
    portNumbers([environment]),
    image ?? [],
    asked.flatMap((url) => portOfUrl(url, service) ?? []),
  ];
  for (const ports of candidates) {
    const pages = ports.filter(speaksHttp);
    // One that has both sends people from the plain one to the other, for ever.
    const port = pages.find(isSecure) ?? pages[0];
    if (port !== undefined) return { port, secure: isSecure(port) };
  }
  return undefined;
}

/** Of an address of HTTP at this very service. */
function portOfUrl(url: string, service: string): number | undefined {
  const [, scheme, host, port] = /^(https?):\/\/([^:/?#]+)(?::(\d+))?(?:[/?#]|$)/.exec(url) ?? [];
  if (host !== service) return undefined;
  return port === undefined ? { http: 80, https: 443 }[scheme ?? ''] : Number(port);
}

const isSecure = (port: number): boolean => SECURE.has(port) || KNOWN.get(port) === 'https';

function speaksHttp(port: number): boolean {
  const scheme = KNOWN.get(port) ?? 'http';
  return !hasNoPages(port) && (scheme === 'http' || scheme === 'https');
}

function publishedPorts(definition: PlainMapping): readonly number[] {
  const ports = definition['ports'];
  if (!Array.isArray(ports)) return [];
  return portNumbers(
    ports.map((port: unknown) =>
      isMapping(port) && (port['protocol'] ?? 'tcp') === 'tcp' ? port['target'] : undefined,
    ),
  );
}

function exposed(definition: PlainMapping): readonly number[] {
  const ports = definition['expose'];
  return Array.isArray(ports)
    ? portNumbers(ports.map((port: unknown) => String(port).replace(/\/tcp$/, '')))
    : [];
}

function portNumbers(values: readonly unknown[]): readonly number[] {
  return values
    .map((value) => (typeof value === 'string' || typeof value === 'number' ? Number(value) : 0))
    .filter((port) => Number.isInteger(port) && port > 0 && port < 65_536);
}

/** Its first container, and a network of the project's own by which it is reached. */
function reachedContainer(
  service: string,
  { containers, instance }: RoutesRequest,
): { readonly container: string; readonly network: string } | undefined {
  const number = ({ labels }: ContainerSummary): number => Number(labels[COMPOSE_LABELS.number]);
  const [first] = containers
    .filter((one) => one.service === service && !one.oneOff && one.state === 'running')
    .toSorted((one, other) => number(one) - number(other));
  const names = [...(first?.networks.keys() ?? [])].filter((name) => !NAMELESS.has(name)).sort();
  const network = names.find((name) => name.startsWith(`${instance}_`)) ?? names[0];
  if (first === undefined || network === undefined) return undefined;
  return { container: first.id.slice(0, 12), network };
}

/**
 * What a browser is meant for: whom `front` names, or who publishes the ports of web servers, or is
 * called like it, or publishes anything at all.
 */
function frontOf<T extends { readonly service: string }>(
  routes: readonly T[],
  { front, document }: Pick<RoutesRequest, 'front' | 'document'>,
): T | undefined {
  if (front !== undefined) return routes.find(({ service }) => service === front);
  const definitions = mappingAt(document, 'services');
  // A database's console is not what the project is about.
  const isReady = (service: string): boolean => {
    const image = mappingAt(definitions, service)['image'];
    return typeof image === 'string' && kindOfImage(image) !== undefined;
  };
  const pages = routes.filter(({ service }) => !isReady(service));
  const publishes = (service: string): readonly number[] =>
    publishedPorts(mappingAt(definitions, service));
  const named = FRONTS.flatMap((name) => pages.filter(({ service }) => service === name));
  return (
    pages.find(({ service }) => publishes(service).some((port) => port === 443 || port === 80)) ??
    named[0] ??
    pages.find(({ service }) => publishes(service).length > 0) ??
    pages[0]
  );
}
