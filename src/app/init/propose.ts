import { join, relative } from 'node:path';
import { devYaml, type ProposedProbe, type ProposedWindow } from '../../init/dev-yaml.ts';
import type { FoundModule } from '../../init/found.ts';
import { nameOf } from '../../init/names.ts';
import type { Repository } from '../../init/repository.ts';
import { buildOf } from '../../images/service-reference.ts';
import { contextFolder } from '../../images/service-dockerfile.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import { healthUrl } from '../../model/health-url.ts';
import { readAccess, type Access } from '../../tools/access.ts';
import type { ProposedFile } from './files.ts';

/** More panes than this in one window would be too small to read. */
const MOST_PANES = 6;

/** Folders whose code services of a document have: their builds' contexts and what they mount. */
export interface CoveredFolders {
  /** Contexts of builds, relative to the root. */
  readonly contexts: readonly string[];
  readonly all: readonly string[];
}

export function coveredFolders(document: PlainMapping, root: string): CoveredFolders {
  const inside = (path: string): readonly string[] => {
    const way = relative(root, path);
    return way.startsWith('..') ? [] : [way === '' ? '.' : way];
  };
  const services = Object.values(mappingAt(document, 'services')).filter(isMapping);
  const contexts = services.flatMap((service) => {
    const build = buildOf(service);
    const folder = build === undefined ? undefined : contextFolder(build);
    return folder === undefined ? [] : inside(folder);
  });
  const mounts = services.flatMap(({ volumes }) =>
    (Array.isArray(volumes) ? volumes : []).flatMap((volume: unknown) => {
      const { type, source } = isMapping(volume) ? volume : {};
      return type === 'bind' && typeof source === 'string' ? inside(source) : [];
    }),
  );
  return { contexts: [...new Set(contexts)], all: [...new Set([...contexts, ...mounts])] };
}

/** Services that are built from a Dockerfile, each with the folder of its code. */
export function builtServices(
  document: PlainMapping,
  root: string,
): readonly { readonly service: string; readonly folder: string }[] {
  return Object.entries(mappingAt(document, 'services')).flatMap(([service, value]) => {
    const build = isMapping(value) ? buildOf(value) : undefined;
    const folder = build === undefined ? undefined : contextFolder(build);
    return folder === undefined ? [] : [{ service, folder: relative(root, folder) || '.' }];
  });
}

/** Databases and ports of a document; nobody's secrets. */
function accessOf(document: PlainMapping): Access {
  return readAccess(document, '', { directory: '/', secretsDirectory: '/' }).access;
}

/**
 * The document without services that a plain `dev up` leaves off: panes and probes of them would show
 * nothing but that they are not there.
 */
function runningPart(document: PlainMapping, profiles: readonly string[]): PlainMapping {
  const services = Object.entries(mappingAt(document, 'services')).filter(([, service]) => {
    const own = isMapping(service) && Array.isArray(service['profiles']) ? service['profiles'] : [];
    return own.length === 0 || own.some((name) => profiles.includes(String(name)));
  });
  return { ...document, services: Object.fromEntries(services) };
}

function windowsOf(
  document: PlainMapping,
  modules: readonly FoundModule[],
): readonly ProposedWindow[] {
  const access = accessOf(document);
  const databases = access.databases.map(({ service }) => service);
  const programs = [
    ...modules.flatMap(({ name, run }) => (run === undefined ? [] : [name])),
    ...Object.keys(mappingAt(document, 'services')).filter((name) => !databases.includes(name)),
  ];
  const window = (name: string, kind: string, of: readonly string[]) =>
    of.length === 0
      ? []
      : [{ name, panes: of.slice(0, MOST_PANES).map((one) => [kind, one] as const) }];
  return [...window('app', 'logs', programs), ...window('data', 'console', databases)];
}

function probesOf(
  document: PlainMapping,
  modules: readonly FoundModule[],
): readonly ProposedProbe[] {
  const { services, databases } = accessOf(document);
  const isDatabase = (name: string): boolean => databases.some(({ service }) => service === name);
  const asked = Object.entries(mappingAt(document, 'services')).flatMap(([service, value]) => {
    const name = nameOf(service);
    if (name === undefined || isDatabase(service) || !isMapping(value)) return [];
    const published = Array.isArray(value['ports']) && value['ports'].length > 0;
    const port = services.find((one) => one.name === service)?.ports[0];
    const url = healthUrl(service, value);
    if (url !== undefined) return [{ name, request: url }];
    return published && port !== undefined
      ? [{ name, request: `tcp://${service}:${String(port)}` }]
      : [];
  });
  const found = modules.flatMap(({ name, port }) =>
    port === undefined ? [] : [{ name, request: `tcp://${name}:${String(port)}` }],
  );
  return [...found, ...asked];
}

/** Ports of modules on this machine: each at its own number, or the next one that is free. */
function portsFile(
  repository: Repository,
  modules: readonly FoundModule[],
): readonly ProposedFile[] {
  const used = new Set<number>();
  const lines = modules.flatMap(({ name, port, run }) => {
    if (port === undefined || run === undefined) return [];
    let host = port;
    while (used.has(host)) host += 1;
    used.add(host);
    return [`  ${name}:\n    ports: ['${String(host)}:${String(port)}']\n`];
  });
  if (lines.length === 0) return [];
  const path = ['compose/dev.yaml', 'compose/dev/ports.yaml'].find(
    (one) => !repository.files.exists(join(repository.root, one)),
  );
  const text = `# What development adds, in plain Compose.\nservices:\n${lines.join('')}`;
  return path === undefined ? [] : [{ path, action: 'create', text }];
}

/** Debian's packages of a language that comes with no base image of the tool. */
const OWN_IMAGES: Readonly<Record<string, string>> = {
  rust: `# Debian's Rust.
FROM onestack/os

USER root
RUN --mount=type=cache,id=onestack-apt,target=/var/cache/onestack-apt \\
    apt-install cargo rustc gcc libc6-dev pkg-config
USER app
ENV CARGO_HOME=/var/cache/onestack/cargo
`,
};

/** Base images of languages that the tool has none of, for modules that want them. */
export function imageFiles(
  repository: Repository,
  modules: readonly FoundModule[],
): readonly ProposedFile[] {
  const names = new Set(modules.map(({ image }) => image));
  return Object.entries(OWN_IMAGES).flatMap(([name, text]): ProposedFile[] => {
    const path = `base-images/${name}/Dockerfile`;
    const isThere = repository.files.exists(join(repository.root, path));
    return names.has(name) && !isThere ? [{ path, action: 'create', text }] : [];
  });
}

export interface ProposalRequest {
  readonly repository: Repository;
  readonly name: string;
  /** As people know the Compose files. */
  readonly compose: readonly string[];
  /** What Compose would run; empty without a Compose file. */
  readonly document: PlainMapping;
  /** Profiles that are on where nobody names one: `COMPOSE_PROFILES`. */
  readonly profiles: readonly string[];
  readonly modules: readonly FoundModule[];
  readonly router: boolean;
}

/** The files of the definition: `dev.yaml`, and what has to lie beside it. */
export function definitionFiles(request: ProposalRequest): readonly ProposedFile[] {
  const { repository, name, compose, modules, router } = request;
  const running = runningPart(request.document, request.profiles);
  const text = devYaml({
    ...{ name, compose, modules, router },
    windows: windowsOf(running, modules),
    probes: probesOf(running, modules),
  });
  return [
    ...imageFiles(repository, modules),
    ...portsFile(repository, modules),
    { path: 'dev.yaml', action: 'create', text },
  ];
}
