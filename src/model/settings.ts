import type { CheckKind } from './checks.ts';

/** One developer's choices, `dev.settings.yaml`, every field with its default filled in. */
export interface Settings {
  readonly modules: ReadonlyMap<string, ModuleSettings>;
  /** Services by name, modules too, as each runs as one. Use `serviceSettings` to look one up. */
  readonly services: ReadonlyMap<string, ServiceSettings>;
  readonly watch: WatchSettings;
  readonly checks: {
    /** How many checks run at once; the machine's cores by default. */
    readonly parallel: number;
  };
  /** What an edit of a definition file does to the running environment. */
  readonly apply: 'auto' | 'ask';
  /** Whether containers may write the project's `.git`. */
  readonly git: 'read-only' | 'writable';
  /** Whether what containers install lies in the project, for editors to see, or in volumes. */
  readonly dependencies: 'shared' | 'container';
  /** False: the project has no addresses by name here, though it wants them. */
  readonly router: boolean;
  readonly notifications: { readonly bell: boolean; readonly desktop: boolean };
  readonly dashboard: { readonly prefix: string };
  readonly tools: { readonly engineSocket: boolean };
  /** What of the Compose files' meaning is changed in development. */
  readonly compose: {
    /** Ports without an address. */
    readonly ports: 'loopback' | 'as-written';
    /** Health checks without a `start_interval`. */
    readonly health: 'early' | 'as-written';
    /** A `container_name` that another project has. */
    readonly containerNames: 'scoped' | 'as-written';
  };
  readonly certificates: {
    /** The company's own CA certificates: paths; `auto` finds them from the host's variables. */
    readonly companyCa: 'auto' | 'none' | readonly string[];
    /** The person's own server certificate and key instead of the generated ones. */
    readonly server?: { readonly certificate: string; readonly key: string };
    readonly ca?: { readonly certificate: string; readonly key: string };
  };
  /** Secret name → file that holds the person's own value, instead of a random one. */
  readonly credentials: ReadonlyMap<string, string>;
}

export interface ModuleSettings {
  /** False: neither its container nor its checks run. */
  readonly run: boolean;
  readonly watch: boolean;
  readonly checks: Readonly<Record<CheckKind, boolean>>;
}

export interface ServiceSettings {
  readonly run: boolean;
  /** What `dev up` does with a container that already is right. */
  readonly containers: 'keep' | 'recreate';
  /** What `dev up` does with its data volumes. `recreate` is the flag `--reset-data` for every up. */
  readonly data: 'keep' | 'recreate';
  /** Container port (`80` or `53/udp`) → host port, wherever the person wants another one. */
  readonly ports: ReadonlyMap<string, number>;
}

export interface WatchSettings {
  readonly enabled: boolean;
  /** `auto` tests whether events come and polls where they do not. */
  readonly mode: 'auto' | 'events' | 'poll';
  readonly quietMs: number;
}

const DEFAULT_SERVICE: ServiceSettings = {
  run: true,
  containers: 'keep',
  data: 'keep',
  ports: new Map(),
};

/** What the person wants of a service; the defaults for one that the settings do not name. */
export function serviceSettings(settings: Settings, service: string): ServiceSettings {
  return settings.services.get(service) ?? DEFAULT_SERVICE;
}
