import type { Module } from '../../model/module.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import { dependenciesOf } from '../../plan/compose-view.ts';
import type { MapEdge, SystemMapNode, SystemMap } from '../../release/report-data.ts';

/** A service's variables; their values may be secret, and are only looked through. */
function variables(service: PlainMapping): readonly (readonly [string, string])[] {
  const { environment } = service;
  const listed = Array.isArray(environment)
    ? environment.map(String)
    : Object.entries(mappingAt(service, 'environment')).map(
        ([name, value]) => `${name}=${String(value)}`,
      );
  return listed.map((line) => {
    const at = line.indexOf('=');
    return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
  });
}

const URL_HOST = /\/\/(?:[^/\s@]*@)?([\w.-]+)/g;
const HOST_PORT = /(?:^|[,\s])([\w.-]+):\d{2,5}(?=$|[,/\s])/g;
const HOST_NAME = /(?:HOST|ADDR|ADDRESS|SERVER|UPSTREAM|BROKERS?)$/i;

/** Names of hosts in a variable, as programs are told of one another. */
export function hostsIn(name: string, value: string): readonly string[] {
  const hosts = [...value.matchAll(URL_HOST), ...value.matchAll(HOST_PORT)].map(
    ([, host = '']) => host,
  );
  return HOST_NAME.test(name) ? [...hosts, ...value.split(',').map((one) => one.trim())] : hosts;
}

function publishedBy(service: PlainMapping): readonly string[] {
  const { ports } = service;
  const all = Array.isArray(ports) ? ports : [];
  return all.flatMap((port: unknown) => {
    const target = isMapping(port) ? port['target'] : undefined;
    return typeof target === 'string' || typeof target === 'number' ? [String(target)] : [];
  });
}

function edgesOf(name: string, service: PlainMapping, all: ReadonlySet<string>): MapEdge[] {
  const hosts = variables(service).flatMap(([key, value]) => hostsIn(key, value));
  const isOther = (to: string): boolean => to !== name && all.has(to);
  const talks = [...new Set(hosts)].filter(isOther);
  const needs = dependenciesOf(service).filter((to) => isOther(to) && !talks.includes(to));
  return [
    ...talks.map((to): MapEdge => ({ from: name, to, kind: 'talks' })),
    ...needs.map((to): MapEdge => ({ from: name, to, kind: 'needs' })),
  ];
}

/** Who there is and who talks to whom: modules and the services of a merged document. Pure. */
export function systemMap(modules: readonly Module[], document: PlainMapping): SystemMap {
  const services = Object.entries(mappingAt(document, 'services')).flatMap(([name, service]) =>
    isMapping(service) ? [[name, service] as const] : [],
  );
  const byName = new Map(modules.map((module) => [module.name, module]));
  const names = new Set([...services.map(([name]) => name), ...byName.keys()]);
  const running = services.map(([name, service]): SystemMapNode => {
    const module = byName.get(name);
    const image = module?.image ?? service['image'];
    return {
      ...{ name, kind: module === undefined ? 'service' : 'module' },
      image: typeof image === 'string' ? image : '',
      published: publishedBy(service),
    };
  });
  const others = modules
    .filter(({ name }) => !running.some((node) => node.name === name))
    .map(({ name, image, run }): SystemMapNode => ({
      ...{ name, image, published: [] },
      kind: run === undefined ? 'library' : 'module',
    }));
  const nodes = [...running, ...others].map((node): SystemMapNode =>
    byName.get(node.name)?.run === undefined && node.kind === 'module'
      ? { ...node, kind: 'library' }
      : node,
  );
  const imports = modules.flatMap(({ name, uses }) =>
    uses.map((to): MapEdge => ({ from: name, to, kind: 'imports' })),
  );
  const edges = services.flatMap(([name, service]) => edgesOf(name, service, names));
  const isImport = ({ from, to }: MapEdge): boolean =>
    imports.some((one) => one.from === from && one.to === to);
  return { nodes, edges: [...edges.filter((one) => !isImport(one)), ...imports] };
}
