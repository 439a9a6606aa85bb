import type { ProbeRequest, ProbeStageDefinition } from '../model/probe.ts';
import type { PublishedPort } from '../ports/engine-containers.ts';
import type { WireRequest } from '../ports/prober.ts';
import type { ServiceKind } from '../service-kinds/kind.ts';
import { kindNamed } from '../service-kinds/table.ts';
import type { Access } from '../tools/access.ts';

/** How requests are addressed in one environment. */
export interface Addressing {
  readonly access: Access;
  /** Path of the trusted certificates for requests inside the network, and from the host. */
  readonly caFile: { readonly inside: string | undefined; readonly host: string | undefined };
}

/** A stage's request, to be sent from inside the network. */
export function stageRequest(
  stage: ProbeStageDefinition,
  { access, caFile }: Addressing,
): WireRequest {
  const [, name = '', rest] = /^([a-z][a-z0-9]*)(?::\/\/(.+))?$/.exec(stage.url) ?? [];
  const kind = kindNamed(name);
  if (kind !== undefined) return kindRequest(kind, rest, stage, access);
  return plainRequest(stage, stage.url, caFile.inside);
}

function kindRequest(
  kind: ServiceKind,
  rest: string | undefined,
  stage: ProbeStageDefinition,
  access: Access,
): WireRequest {
  const [, host = stage.service, port, name] =
    /^([^:/]+)(?::(\d+))?(?:\/(.+))?$/.exec(rest ?? '') ?? [];
  const known = access.databases.find((each) => each.service === host && each.kind === kind.name);
  const { probe } = kind;
  const place = {
    host,
    port: port === undefined ? (known?.port ?? kind.ports[0].port) : Number(port),
    timeoutMs: stage.timeoutMs,
  };
  if ('path' in probe) {
    return plainRequest(stage, `http://${host}:${String(place.port)}${probe.path}`, undefined);
  }
  if ('answer' in probe) return { protocol: 'greeting', kind: kind.name, ...place };
  const database = name ?? known?.database;
  return {
    protocol: probe.login,
    ...place,
    credentials: {
      ...(known?.user !== undefined && { user: known.user }),
      ...(database !== undefined && { database }),
      ...(known?.passwordFile !== undefined && { passwordFile: known.passwordFile }),
      ...(known?.password !== undefined && { password: known.password }),
    },
  };
}

function plainRequest(request: ProbeRequest, url: string, caFile: string | undefined): WireRequest {
  const { timeoutMs, method, headers, body } = request;
  if (url.startsWith('tcp://')) {
    const { hostname, port } = new URL(url);
    return { protocol: 'tcp', host: bare(hostname), port: Number(port), timeoutMs };
  }
  return {
    protocol: 'http',
    url,
    method,
    headers,
    timeoutMs,
    ...(body !== undefined && { body }),
    ...(caFile !== undefined && { caFile }),
  };
}

/** `[::1]` → `::1`. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** A service's published ports, by the service's name. */
export type Published = ReadonlyMap<string, readonly PublishedPort[]>;

/**
 * The request through the whole stack as the host sends it: a service's name and port replaced by
 * where it is published. `inside` when the service publishes no such port: then it can only be sent
 * from inside the network.
 */
export function entryRequest(
  request: ProbeRequest,
  published: Published,
  { caFile }: Addressing,
): { readonly from: 'host' | 'inside'; readonly request: WireRequest } {
  const url = new URL(request.url);
  const ports = published.get(bare(url.hostname));
  if (ports === undefined) {
    return { from: 'host', request: plainRequest(request, request.url, caFile.host) };
  }
  const containerPort = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const entry = ports.find((port) => port.containerPort === containerPort);
  if (entry === undefined) {
    return { from: 'inside', request: plainRequest(request, request.url, caFile.inside) };
  }
  url.hostname = hostAddress(entry.hostAddress);
  url.port = String(entry.hostPort);
  return { from: 'host', request: plainRequest(request, url.href, caFile.host) };
}

/** Every address, for the person at the keyboard, is localhost: the name in the certificate. */
function hostAddress(address: string): string {
  const local = ['0.0.0.0', '::', '127.0.0.1', '::1', ''];
  if (local.includes(address)) return 'localhost';
  return address.includes(':') ? `[${address}]` : address;
}
