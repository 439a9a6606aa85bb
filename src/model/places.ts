import { policyOf } from './context-policy.ts';
import { sha256 } from '../util/sha256.ts';
import { basename, dirname, join } from 'node:path';
import type { Context } from './project.ts';

/** A certificate and its key, as files. */
export interface PairPlaces {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Where everything of one project's folder lies on this machine, absolute. In the project itself
 * there is only what may be seen by everybody who sees the project, code in containers included:
 * `dev`. All else is the person's: `state` (kept) and `sockets` (gone with the login), mode 0700.
 */
export interface Places {
  /** The project folder. */
  readonly root: string;
  /** Of the instance, the same in every context. */
  readonly id: string;
  /** `.dev` in it (a folder therein for other contexts than development): nothing in it is secret. */
  readonly dev: string;
  readonly composeFile: string;
  /** Holds the id of the instance, so that a folder that was moved finds its own again. */
  readonly idFile: string;
  readonly publicCa: string;
  readonly publicBundle: string;
  /** What containers download and editors read: Go's modules, Maven's repository. */
  readonly packages: string;

  /** The folder of this instance in this context. */
  readonly state: string;
  /** One at a time changes what runs; of the project folder, so that it can be had before a name. */
  readonly lock: string;
  /** Two changes of the settings at once: the second has to see the first. */
  readonly settingsLock: string;
  readonly ca: PairPlaces;
  readonly server: PairPlaces;
  /** What browsers and the system trust: the CA, for names below localhost alone. */
  readonly anchor: string;
  /** PEM of everybody whom the project trusts, and the same for Java. */
  readonly bundle: string;
  readonly javaTrustStore: string;
  /**
   * What starts the processes of modules. The tool's own file has a copy here: the version that brought
   * it may be cleaned away while containers that mount it are started again by the engine.
   */
  readonly runModule: string;
  /** One file a secret. */
  readonly secrets: string;
  readonly logs: string;
  readonly checkLogs: string;
  readonly ports: string;
  readonly selection: string;
  readonly activation: string;
  /** What is still to be run for data that became new. */
  readonly hooks: string;
  /** What has been told, and need not be again. */
  readonly told: string;
  readonly toldSecrets: string;
  /** What of a service's build context was seen and built last. */
  readonly contexts: string;
  /** Dockerfiles of builds that the tool has completed. */
  readonly builds: string;
  readonly compiled: string;
  /** Folders of the project that hold what was installed in containers. */
  readonly dependencies: string;
  readonly lastApplied: string;
  /** What the containers that there are were made of, service by service. */
  readonly appliedServices: string;
  /** Of the volumes without a name that containers had; kept as long as the data is. */
  readonly unnamedVolumes: string;
  readonly tools: ToolsPlaces;
  readonly session: SessionPlaces;
  readonly dashboard: {
    readonly socket: string;
    readonly log: string;
  };

  /** Saved data, of the project folder: it outlives the name that containers go by. */
  readonly snapshots: string;
  /** Of the project folder too: the pipeline needs no name that containers go by. */
  readonly delivery: DeliveryPlaces;

  /** Folder of the sockets. */
  readonly sockets: string;
  /** What a client has to show before it is listened to. */
  readonly socketKey: string;
}

export interface DeliveryPlaces {
  readonly folder: string;
  /** One folder a run of the pipeline, with its logs. */
  readonly runs: string;
  /** What was remembered of runs, one file each; longer than their logs. */
  readonly history: string;
  /** The page that `dev report` writes. */
  readonly report: string;
  /** What runs have made. */
  readonly store: string;
  /** Of whom containers of runs trust. */
  readonly certificates: string;
}

export interface ToolsPlaces {
  /** The one folder that the tools container writes to: history, facts, its agent's socket. */
  readonly folder: string;
  readonly socket: string;
  readonly lock: string;
  /** Of the last `dev tools`, for the next one. */
  readonly memory: string;
  readonly busybox: string;
}

export interface SessionPlaces {
  readonly socket: string;
  readonly lock: string;
  /** Events, one a line; `….1` is the older half. */
  readonly log: string;
  /** What the process itself printed: crashes. */
  readonly output: string;
  /** The last state, for when no session runs. */
  readonly state: string;
}

/** The generated folder in a project. */
export const DEV_FOLDER = '.dev';

/** In the folder of an instance. */
export const UNNAMED_VOLUMES_FILE = 'unnamed-volumes.json';

/** Where containers download packages to that editors read, in the project folder at `root`. */
export const packagesFolder = (root: string): string => join(root, DEV_FOLDER, 'packages');

/** Where the folder of an instance is. */
export function instanceFolder(personFolder: string, id: string): string {
  return join(personFolder, 'instances', id);
}

export interface PlacesRequest {
  /** The project folder: absolute, symlinks resolved. */
  readonly root: string;
  /** The person's folder of the tool. */
  readonly personFolder: string;
  /** Of the instance. */
  readonly id: string;
  /** Folder of the instance's sockets. */
  readonly sockets: string;
  /** `dev` by default. */
  readonly context?: Context;
}

/**
 * Names every place of an instance. Pure. Contexts run side by side: each has places of its own, but
 * for what belongs to the folder.
 */
export function placesOf(request: PlacesRequest): Places {
  const { root, personFolder, id, context = 'dev' } = request;
  const { isMain } = policyOf(context);
  const own = (path: string): string => (isMain ? path : `${path}-${context}`);
  const sockets = socketsIn(request, own);
  const dev = isMain ? join(root, DEV_FOLDER) : join(root, DEV_FOLDER, context);
  const state = own(instanceFolder(personFolder, id));
  const at = (name: string): string => join(state, name);
  const pair = (name: string): PairPlaces => ({
    certificate: at(`certs/${name}.crt`),
    key: at(`certs/${name}.key`),
  });
  const folderKey = sha256(root).slice(0, 24);
  const delivery = join(personFolder, 'delivery', folderKey);
  return {
    root,
    id,
    dev,
    composeFile: join(dev, 'compose.yaml'),
    idFile: join(root, DEV_FOLDER, 'instance'),
    publicCa: join(dev, 'certs/ca.crt'),
    publicBundle: join(dev, 'certs/bundle.crt'),
    packages: packagesFolder(root),
    state,
    lock: join(personFolder, 'locks', folderKey),
    settingsLock: join(personFolder, 'locks', `${folderKey}-settings`),
    ca: pair('ca'),
    server: pair('server'),
    anchor: at('certs/anchor.crt'),
    bundle: at('certs/bundle.crt'),
    javaTrustStore: at('certs/bundle.jks'),
    runModule: at('run-module'),
    secrets: at('secrets'),
    logs: at('logs'),
    checkLogs: at('logs/checks'),
    ports: at('state/ports.json'),
    selection: at('state/selection.json'),
    told: at('state/told.json'),
    toldSecrets: at('state/told-secrets'),
    contexts: at('state/contexts'),
    builds: at('builds'),
    activation: at('state/activation.json'),
    hooks: at('state/hooks.json'),
    compiled: at('state/compiled.json'),
    dependencies: at('state/dependencies.json'),
    lastApplied: at('state/last-applied.json'),
    appliedServices: at('state/applied-services.json'),
    unnamedVolumes: at(UNNAMED_VOLUMES_FILE),
    tools: {
      folder: at('tools'),
      socket: at('tools/agent.sock'),
      lock: at('state/tools-container'),
      memory: at('state/tools.json'),
      busybox: at('state/busybox'),
    },
    session: {
      socket: join(sockets, 'session.sock'),
      lock: at('session.lock'),
      log: at('logs/session.ndjson'),
      output: at('logs/session.log'),
      state: at('state/session.json'),
    },
    dashboard: { socket: join(sockets, 'dash.sock'), log: at('logs/dash.log') },
    snapshots: own(join(personFolder, 'snapshots', folderKey)),
    delivery: {
      folder: delivery,
      runs: join(delivery, 'runs'),
      history: join(delivery, 'history'),
      report: join(delivery, 'report.html'),
      store: join(delivery, 'store'),
      certificates: join(delivery, 'certs'),
    },
    sockets,
    socketKey: at('socket-key'),
  };
}

/** Below the state of the context, or beside the sockets of development. */
function socketsIn({ personFolder, id, sockets }: PlacesRequest, own: (path: string) => string) {
  const state = instanceFolder(personFolder, id);
  return isIn(state, sockets) ? own(state) + sockets.slice(state.length) : own(sockets);
}

/** Folders of an instance that are made with it, those above others first. */
export function privateFolders({ state, secrets, logs, tools }: Places): readonly string[] {
  return [state, join(state, 'certs'), secrets, join(state, 'state'), logs, tools.folder];
}

/** Folders that no container sees, whatever it mounts: `.dev`, and the person's. */
export function hiddenPlaces({ root, state, sockets }: Places): readonly string[] {
  return [
    join(root, DEV_FOLDER),
    dirname(dirname(state)),
    ...(isIn(state, sockets) ? [] : [dirname(sockets)]),
  ];
}

const isIn = (folder: string, path: string): boolean => path.startsWith(`${folder}/`);

/** The file of one secret. */
export function secretPlace({ secrets }: Pick<Places, 'secrets'>, name: string): string {
  return join(secrets, name);
}

/** The project folder that a Compose file belongs to, whether it is the generated one or its own. */
export function rootOfComposeFile(file: string): string {
  const folder = dirname(file);
  return basename(folder) === DEV_FOLDER ? dirname(folder) : folder;
}
