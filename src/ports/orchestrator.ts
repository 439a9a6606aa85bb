import type { Report } from '../events/progress.ts';
import type { Account } from '../util/accounts.ts';
import type { ComposeTarget } from './compose-cli.ts';
import type { Answer } from './engine.ts';
import type { ContainerState, Health, PublishedPort, UnnamedVolume } from './engine-containers.ts';

/** One instance of a service as an orchestrator has it: of Compose, a container. */
export interface Task {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** Made beside the services, for one command. */
  readonly oneOff: boolean;
  readonly imageId: string;
  readonly state: ContainerState;
  readonly health: Health;
  /** The orchestrator's own words: `Up 3 minutes (healthy)`, `Exited (1) 2 seconds ago`. */
  readonly status: string;
  /** How its process ended last, where it does not run. */
  readonly exitCode?: number;
  /** Epoch milliseconds, in whole seconds, of the orchestrator's clock. */
  readonly createdAtMs: number;
  /** The same, of its last start; only known of what was looked at closer. */
  readonly startedAtMs?: number;
  /** How often its restart policy brought it back; only known of what was looked at closer. */
  readonly restartCount?: number;
  /** How long its process ran that ended with an error of its own; only known of what was looked at closer. */
  readonly livedMs?: number;
  readonly ports: readonly PublishedPort[];
  readonly unnamedVolumes: readonly UnnamedVolume[];
  /** Networks that it is in, or was when it ran: name → id. */
  readonly networks: ReadonlyMap<string, string>;
  /** What the plan wrote down at it that made it; `hash` is undefined where none did. */
  readonly wanted: { readonly hash: string | undefined; readonly files: string };
  /** The first file of the definition that it was made from, absolute. */
  readonly madeFrom: string | undefined;
  /** Why nobody needs it: what made it was killed. */
  readonly leftBehind?: string;
  /** Why only a new one helps, whatever its definition. */
  readonly flaw?: string;
}

/** When a service may start, seen from one that it depends on. */
export type Condition = 'started' | 'healthy' | 'ended';

/** What one service has to do with others, as far as their order goes. */
export interface ServiceLinks {
  /** Service → when this one may start. */
  readonly dependsOn: ReadonlyMap<string, Condition>;
  /** Those of them without which it starts as well, once it is known that they cannot be had. */
  readonly optional: ReadonlySet<string>;
  /** Host ports that it publishes, whatever the address: `8080/tcp`. */
  readonly hostPorts: readonly string[];
  /**
   * Whether only Compose can start it, because it puts something into the container then: the text
   * of a config or a secret, or commands to run.
   */
  readonly startedByCompose: boolean;
}

/** A service that is waited for, and what of it is ready. */
export interface AwaitedService {
  readonly name: string;
  readonly hasHealthcheck: boolean;
  /** Others wait for its end: exited with 0 is right. */
  readonly oneShot: boolean;
  /** Nobody waits for its end, and nothing brings it back: ended with 0, it is done. */
  readonly mayEnd: boolean;
  /** Whether its restart policy brings it back when its process ends with an error. */
  readonly restarts: boolean;
  /** How many tasks it is to have. */
  readonly replicas: number;
  /** Ids of tasks that an action will take away: what becomes of them says nothing. */
  readonly leaving: ReadonlySet<string>;
  /** A ready service with an image of the project's: the health check may be none of that image. */
  readonly hasForeignImage?: boolean;
  /** A module whose process is started again and again in a container that goes on. */
  readonly runsModule?: boolean;
  /** How long it ran before it failed the last time, where it is only started again. */
  readonly livedMs?: number;
  /** Its tasks, when nothing is done to them; empty when an action will bring others. */
  readonly current: readonly Task[];
}

/** What a plan asks of an orchestrator, one step each. */
export type ServiceAction =
  /** Takes its services' tasks away, and it; it is made with the first new one of them. */
  | {
      readonly kind: 'recreate-network';
      readonly network: string;
      /** As the engine calls it. */
      readonly name: string;
      readonly services: readonly string[];
    }
  | { readonly kind: 'remove'; readonly service: string; readonly task: string }
  | { readonly kind: 'reset-data'; readonly service: string; readonly volumes: readonly string[] }
  /** Makes the tasks of a service; they do not run yet. */
  | { readonly kind: 'create' | 'scale'; readonly service: string }
  | {
      readonly kind: 'recreate';
      readonly service: string;
      /** Volumes that show what was in the image before: they go, and it gets others. */
      readonly renewed?: readonly UnnamedVolume[];
    }
  | { readonly kind: 'start'; readonly service: string };

/** What carrying out one plan depends on. */
export interface RolloutRequest {
  readonly target: ComposeTarget;
  readonly awaited: readonly AwaitedService[];
  readonly links: ReadonlyMap<string, ServiceLinks>;
  /** Services that run as the person. */
  readonly asPerson: { readonly services: ReadonlySet<string>; readonly account: Account };
  /** For one service to become ready. */
  readonly timeoutMs: number;
}

/** A plan that is being carried out. Its calls resolve, and decide nothing. */
export interface Rollout {
  /** What is asked for at one moment is done at once where that is faster. */
  submit(action: ServiceAction): Answer<void>;
  /** Until a service is ready as its definition asks: healthy, running, or ended well. */
  follow(service: string): Answer<void>;
  /** Tells that a service is not started, and why. */
  cancel(service: string, why: string): void;
  close(): Promise<void>;
}

export interface UndoRequest {
  readonly project: string;
  /** The merged file, where there is one (any more). */
  readonly file: string | undefined;
  /** `own`: volumes that were made for it go, too. `named`: and whatever else its file names. */
  readonly data: 'kept' | 'own' | 'named';
  /** Volumes without a name that go with its data, as long as nobody else has them. */
  readonly unnamedVolumes: readonly string[];
}

/** What brings services up and takes them away, in terms of services and their tasks. */
export interface Orchestrator {
  /** Every task of a project, one-off ones too, asked for once. */
  observe(project: string): Answer<readonly Task[]>;
  /**
   * The same with what only single questions tell, where it matters.
   * @param sharing services that share something, of which it counts when they were started.
   */
  lookCloser(tasks: readonly Task[], sharing: ReadonlySet<string>): Answer<readonly Task[]>;
  begin(
    request: RolloutRequest,
    progress: { readonly report: Report; readonly signal: AbortSignal },
  ): Promise<Rollout>;
  /** Takes a project's tasks and networks away, and its data where that is asked for. */
  undo(request: UndoRequest): Answer<void>;
}
