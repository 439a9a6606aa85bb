import type { Failure } from '../events/failure.ts';
import type { EngineVersion } from '../ports/engine.ts';
import type { AptSource } from './apt-sources.ts';

/** What may do things as root on this machine. */
export type Privilege =
  | 'root'
  /** `sudo` works without a question. */
  | 'sudo'
  /** `sudo` is there and wants a password first. */
  | 'sudo-password'
  | 'none';

/** How far the person's own account may use the engine's socket by group membership. */
export type GroupMembership =
  /** In the group, and this very process has it. */
  | 'active'
  /** In the group since a later moment than this login. */
  | 'after-login'
  | 'no'
  /** There is no group `docker`. */
  | 'no-group';

export interface SystemRelease {
  /** `debian`, `ubuntu`, … */
  readonly id: string;
  /** `12`, `24.04`; empty for rolling ones. */
  readonly version: string;
  /** `bookworm`, `noble`; empty where there is none. */
  readonly codename: string;
  /** As the distribution calls itself. */
  readonly name: string;
}

/** Which engine the person's environment points at. */
export type Endpoint =
  | { readonly kind: 'local'; readonly socket: string }
  /** Somebody else runs it: a remote host, Docker Desktop, colima, podman, rootless. */
  | {
      readonly kind: 'elsewhere';
      readonly address: string;
      /** What points there: `DOCKER_HOST`, `DOCKER_CONTEXT`, `the Docker context colima`. */
      readonly chosenBy: string;
    }
  /** What is chosen makes no sense: a context that there is not, an address that is none. */
  | { readonly kind: 'unknown'; readonly failure: Failure };

export type EngineAnswer =
  | ({ readonly answers: true } & EngineVersion)
  | {
      readonly answers: false;
      /** `denied`: it is there, and this account may not use it. */
      readonly problem: 'silent' | 'denied';
      readonly why: string;
    };

/** A pid file that a daemon left or holds. */
export interface PidFile {
  readonly path: string;
  readonly program: 'dockerd' | 'containerd';
  readonly pid: number;
  /** False when no such process lives, or another program has that number now. */
  readonly alive: boolean;
}

/** An engine that runs on this machine and is not the machine's own: a test's, a person's rootless one. */
export interface OtherEngine {
  readonly pid: number;
  /** Where it listens, as its command line says; empty where it does not say. */
  readonly address: string;
}

/** The engine's own process, when it lives. */
export function livingDaemon(pidFiles: readonly PidFile[]): PidFile | undefined {
  return pidFiles.find(({ program, alive }) => program === 'dockerd' && alive);
}

export interface AptFacts {
  readonly sources: readonly AptSource[];
  /** A killed dpkg left work undone; apt refuses everything until it is finished. */
  readonly interrupted: boolean;
  /** Names of the packages that are installed, of those that matter here. */
  readonly installed: ReadonlySet<string>;
  /** Packages that an earlier run pinned to the newer release. */
  readonly pinned: readonly string[];
}

/** Everything about the machine that a diagnosis looks at. Read once, judged by pure functions. */
export interface MachineFacts {
  readonly platform: NodeJS.Platform;
  readonly release: SystemRelease | undefined;
  readonly user: string;
  readonly privilege: Privilege;
  readonly node: { readonly version: string; readonly libc: 'glibc' | 'musl' | 'other' };
  readonly endpoint: Endpoint;
  readonly engine: EngineAnswer;
  /** Absolute paths of the programs that are there. */
  readonly programs: {
    readonly docker?: string;
    readonly dockerd?: string;
    readonly setfacl?: string;
  };
  /** Version of the Compose plugin, as it says itself. */
  readonly compose: string | undefined;
  /** What the program `docker` says that it is; empty where it says nothing, undefined without one. */
  readonly clientSays: string | undefined;
  readonly buildx: string | undefined;
  readonly group: GroupMembership;
  readonly systemd: boolean;
  readonly pidFiles: readonly PidFile[];
  /** Looked for where the machine's own does not answer. */
  readonly otherEngines: readonly OtherEngine[];
  readonly cgroup: 'v1' | 'v2' | 'none';
  /** `apt` of Debian and its children; undefined where there is none. */
  readonly apt: AptFacts | undefined;
  /** Room where the engine keeps its data. */
  readonly disk: { readonly path: string; readonly freeBytes: number } | undefined;
  readonly memoryAvailableBytes: number | undefined;
  readonly inotify: { readonly watches: number; readonly instances: number } | undefined;
  /** Where a company's CA certificates are: variables that name them, and files of the system's store. */
  readonly certificates: readonly {
    readonly variable: string | undefined;
    readonly path: string;
    readonly exists: boolean;
  }[];
  /** Whether this machine's programs find names below localhost; undefined where nobody can be asked. */
  readonly localhostNames: 'loopback' | 'elsewhere' | 'unknown' | undefined;
  /** What the engine says of itself; undefined where it says nothing. */
  readonly engineSays:
    | {
        /** Its clock less ours, milliseconds. */
        readonly clockOffsetMs: number | undefined;
        /** Whether it pulls through a proxy. */
        readonly proxied: boolean;
        /** Where it keeps its data, as it sees folders; empty where it does not say. */
        readonly dataFolder: string;
      }
    | undefined;
  /** Names (never values) of variables that the engine needs to reach the outside. */
  readonly networkVariables: readonly string[];
}

/** Version of a `docker …` answer, compared by number: negative when `a` is older. */
export function compareProductVersions(a: string, b: string): number {
  const numbers = (text: string): number[] =>
    (/\d+(?:\.\d+)*/.exec(text)?.[0] ?? '0').split('.').map(Number);
  const left = numbers(a);
  const right = numbers(b);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
