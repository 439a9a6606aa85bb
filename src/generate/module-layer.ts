import { MOUNTED_AT } from '../model/module.ts';
import type { Module } from '../model/module.ts';
import type { Context, Project } from '../model/project.ts';
import { TRUST_TARGETS, trustMounts, type Trust } from './trust.ts';

/** Where things lie in a module's container in development and CI. */
export const CONTAINER_PATHS = {
  workspace: MOUNTED_AT,
  home: '/home/app',
  runModule: '/etc/onestack/run-module',
} as const;

/** A volume that holds a module's installed dependencies or caches. */
export interface DependencyMount {
  /** The engine's name of it. */
  readonly volume: string;
  /** Absolute path in the container. */
  readonly target: string;
}

export interface ModuleLayerRequest {
  readonly project: Project;
  readonly context: Context;
  readonly modules: readonly Module[];
  readonly dependencies: ReadonlyMap<string, readonly DependencyMount[]>;
  readonly person: { readonly uid: number; readonly gid: number };
  readonly trust: Trust;
  /** Absolute host path. */
  readonly runModule: string;
}

type ComposeValue = Readonly<Record<string, unknown>>;

/** Where every common program looks for certificate authorities. */
export const CA_ENVIRONMENT: Readonly<Record<string, string>> = {
  NODE_EXTRA_CA_CERTS: TRUST_TARGETS.bundle,
  SSL_CERT_FILE: TRUST_TARGETS.bundle,
  CURL_CA_BUNDLE: TRUST_TARGETS.bundle,
  REQUESTS_CA_BUNDLE: TRUST_TARGETS.bundle,
  PIP_CERT: TRUST_TARGETS.bundle,
  GIT_SSL_CAINFO: TRUST_TARGETS.bundle,
};

function bind(source: string, target: string, readOnly: boolean): ComposeValue {
  return { type: 'bind', source, target, ...(readOnly && { read_only: true }) };
}

/** The folder that a module's commands run in, inside its container. */
export function moduleDirectory(module: Module): string {
  return `${CONTAINER_PATHS.workspace}/${module.path}`;
}

/** A library has no process of its own; its container waits, so that its checks have a place. */
function commandOf(module: Module): readonly string[] {
  if (module.run === undefined) return ['sleep', 'infinity'];
  return ['sh', CONTAINER_PATHS.runModule, module.run];
}

function mountedModule(module: Module, request: ModuleLayerRequest): ComposeValue {
  const { uid, gid } = request.person;
  const mounts = request.dependencies.get(module.name) ?? [];
  return {
    image: `onestack/${module.image}`,
    user: `${String(uid)}:${String(gid)}`,
    working_dir: moduleDirectory(module),
    command: commandOf(module),
    environment: { HOME: CONTAINER_PATHS.home, ...CA_ENVIRONMENT },
    tmpfs: [`${CONTAINER_PATHS.home}:uid=${String(uid)},gid=${String(gid)},mode=0755`],
    volumes: [
      bind(request.project.root, CONTAINER_PATHS.workspace, false),
      ...trustMounts(module.image, request.trust).map(({ source, target }) =>
        bind(source, target, true),
      ),
      bind(request.runModule, CONTAINER_PATHS.runModule, true),
      ...mounts.map(({ volume, target }) => ({ type: 'volume', source: volume, target })),
    ],
    restart: 'unless-stopped',
  };
}

/** Production adds only the artifact to the base image; libraries are part of who uses them. */
function bakedModule(module: Module, request: ModuleLayerRequest): ComposeValue {
  return {
    image: `${request.project.name}/${module.name}`,
    working_dir: `/app/${module.path}`,
    // The shell takes the place of the last command by itself.
    command: ['sh', '-c', module.run ?? 'true'],
    restart: 'unless-stopped',
  };
}

/**
 * What the tool itself gives to every module's service, as a Compose document. Project files come
 * after it and win.
 */
export function moduleLayer(request: ModuleLayerRequest): ComposeValue {
  if (request.context === 'prod') {
    const services = request.modules.filter(({ run }) => run !== undefined);
    return {
      services: Object.fromEntries(services.map((one) => [one.name, bakedModule(one, request)])),
    };
  }
  const volumes = request.modules.flatMap(({ name }) => request.dependencies.get(name) ?? []);
  return {
    services: Object.fromEntries(
      request.modules.map((module) => [module.name, mountedModule(module, request)]),
    ),
    ...(volumes.length > 0 && {
      volumes: Object.fromEntries(
        volumes.map(({ volume }) => [volume, { name: volume, external: true }]),
      ),
    }),
  };
}
