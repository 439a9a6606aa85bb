import { debuggerAt, hasNoPages } from '../model/pageless-ports.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import { SERVICE_KINDS } from '../service-kinds/table.ts';

/** One place to click, or to connect to. */
export interface ServiceUrl {
  readonly service: string;
  readonly containerPort: number;
  readonly url: string;
  /** What is there for programs other than a browser: `Delve`. */
  readonly what?: string;
}

const HTTPS_PORTS = new Set([443, 8443, 9443]);
/** Ports of well-known services, with their URL schemes. */
const SCHEMES: ReadonlyMap<number, string> = new Map(
  SERVICE_KINDS.flatMap(({ ports }) => ports.map(({ port, scheme }) => [port, scheme] as const)),
);

function schemeOf(port: ContainerSummary['ports'][number]): string {
  if (port.protocol !== 'tcp') return port.protocol;
  if (HTTPS_PORTS.has(port.containerPort)) return 'https';
  const known = SCHEMES.get(port.containerPort);
  return known ?? (hasNoPages(port.containerPort) ? 'tcp' : 'http');
}

/** `0.0.0.0` and `::` are every address; for the person at the keyboard that is localhost. */
function hostOf(address: string): string {
  const everywhere = ['0.0.0.0', '::', '127.0.0.1', '::1', ''];
  if (everywhere.includes(address)) return 'localhost';
  return address.includes(':') ? `[${address}]` : address;
}

/** Where each published port of the running services answers; HTTPS first, then by service. */
export function serviceUrls(containers: readonly ContainerSummary[]): readonly ServiceUrl[] {
  const urls = containers
    .filter(({ oneOff, state }) => !oneOff && state === 'running')
    .flatMap(({ service, ports }) =>
      ports.map((port): ServiceUrl => {
        const what = debuggerAt(port.containerPort);
        return {
          service,
          containerPort: port.containerPort,
          url: `${schemeOf(port)}://${hostOf(port.hostAddress)}:${String(port.hostPort)}`,
          ...(what !== undefined && { what }),
        };
      }),
    );
  const unique = [...new Map(urls.map((entry) => [entry.url, entry])).values()];
  const rank = ({ url }: ServiceUrl): number => Number(!url.startsWith('https:'));
  return unique.sort((a, b) => rank(a) - rank(b) || a.url.localeCompare(b.url));
}

/** An address as it is told to people. */
export function urlText({ url, what }: ServiceUrl): string {
  return what === undefined ? url : `${url} (${what})`;
}
