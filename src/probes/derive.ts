import { healthUrl } from '../model/health-url.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type {
  Expectation,
  ProbeDefinition,
  ProbeRequest,
  ProbeStageDefinition,
} from '../model/probe.ts';
import { dependenciesOf } from '../plan/compose-view.ts';
import { kindOfImage } from '../service-kinds/table.ts';
import type { Access } from '../tools/access.ts';
import { pathThrough, type NginxRoute } from './nginx.ts';

/** What probes are derived from. */
export interface DeriveFrom {
  /** The merged Compose document. */
  readonly document: PlainMapping;
  readonly access: Access;
  /** Service → the ways through its nginx. */
  readonly routes: ReadonlyMap<string, readonly NginxRoute[]>;
}

const TIMEOUT_MS = 5_000;
const ANY_GOOD: Expectation = { status: [] };
/** A path that was guessed may be unknown or closed; what counts is that the service answers. */
const ANY_ANSWER: Expectation = { status: Array.from({ length: 400 }, (_, index) => 100 + index) };

function get(url: string, expect: Expectation = ANY_GOOD): ProbeRequest {
  return { url, method: 'GET', headers: {}, expect, timeoutMs: TIMEOUT_MS };
}

/** How a service is best asked whether it works; undefined when nothing tells. */
function requestTo(service: string, from: DeriveFrom): ProbeRequest | undefined {
  const definition = mappingAt(mappingAt(from.document, 'services'), service);
  const { image } = definition;
  const kind = typeof image === 'string' ? kindOfImage(image) : undefined;
  if (kind !== undefined) return get(kind.name);
  const url = healthUrl(service, definition);
  if (url !== undefined) return get(url);
  const port = from.access.services.find(({ name }) => name === service)?.ports[0];
  return port === undefined ? undefined : get(`tcp://${service}:${port}`);
}

/** A service and all that it depends on, each after the one that needs it. */
function stagesFrom(service: string, after: string | undefined, from: DeriveFrom) {
  const stages: ProbeStageDefinition[] = [];
  const seen = new Set(after === undefined ? [] : [after]);
  const visit = (name: string, caller: string | undefined): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const request = requestTo(name, from);
    if (request !== undefined) {
      stages.push({
        name,
        service: name,
        ...request,
        ...(caller !== undefined && { after: caller }),
      });
    }
    const definition = mappingAt(mappingAt(from.document, 'services'), name);
    for (const next of dependenciesOf(definition))
      visit(next, request === undefined ? caller : name);
  };
  visit(service, after);
  return stages;
}

function throughNginx(proxy: string, route: NginxRoute, from: DeriveFrom): ProbeDefinition[] {
  const { host } = route.upstream;
  const published = from.access.services.find(({ name }) => name === proxy)?.ports ?? [];
  const listen =
    route.listens.find(({ port, tls }) => tls && published.includes(port)) ??
    route.listens.find(({ port }) => published.includes(port)) ??
    route.listens[0];
  if (listen === undefined) return [];
  const health = healthUrl(host, mappingAt(mappingAt(from.document, 'services'), host));
  const behind = health === undefined ? undefined : new URL(health).pathname;
  const through = behind === undefined ? undefined : pathThrough(route, behind);
  const scheme = listen.tls ? 'https' : 'http';
  const usual = listen.port === (listen.tls ? 443 : 80);
  const url = `${scheme}://${proxy}${usual ? '' : `:${listen.port}`}${through ?? route.path}`;
  const request = get(url, through === undefined ? ANY_ANSWER : ANY_GOOD);
  const name = route.path === '/' ? host : `${host}${route.path.replace(/\/$/, '')}`;
  const stages = [{ name: proxy, service: proxy, ...request }, ...stagesFrom(host, proxy, from)];
  return [{ name: name.replaceAll('/', '-'), request, stages }];
}

/**
 * Sensible probes without any being written: one for each way through an nginx, and one for each
 * further service that has a port published and a health check that asks a URL.
 */
export function deriveProbes(from: DeriveFrom): readonly ProbeDefinition[] {
  const services = mappingAt(from.document, 'services');
  const probes = [...from.routes].flatMap(([proxy, routes]) =>
    routes.flatMap((route) => throughNginx(proxy, route, from)),
  );
  const covered = new Set(probes.flatMap(({ stages }) => stages.map(({ service }) => service)));
  for (const [service, definition] of Object.entries(services)) {
    if (!isMapping(definition) || covered.has(service)) continue;
    const url = healthUrl(service, definition);
    if (url === undefined) continue;
    probes.push({ name: service, request: get(url), stages: stagesFrom(service, undefined, from) });
  }
  return [...new Map(probes.map((probe) => [probe.name, probe])).values()];
}
