import type { HookDefinition } from '../model/hook.ts';
import type { NetworkRemake } from './network-needs.ts';
import type { PlannedOperation } from './operation.ts';
import type { ServiceLinks } from '../ports/orchestrator.ts';
import type { Action } from './step.ts';
import type { WorldFacts } from './world-facts.ts';

/** A module's code, as far as the order of steps goes. */
export interface ModuleOrder {
  /** Name of its base image. */
  readonly image: string;
  /** It and all modules that it uses, however far: their dependencies are mounted beside its own. */
  readonly modules: readonly string[];
}

/** A hook that runs in this plan, and why. */
export interface PlannedHook {
  readonly hook: HookDefinition;
  readonly cause: string;
}

export interface GraphRequest {
  /** What the plan is made of. */
  readonly world: WorldFacts;
  /** Why an engine has to be brought; undefined where one answers. */
  readonly missingEngine?: string;
  /** Images from outside that the builds begin with and the engine lacks. */
  readonly roots: readonly { readonly reference: string; readonly cause: string }[];
  readonly builds: readonly {
    readonly image: string;
    readonly cause: string;
    /** Builds of this plan that it is built from. */
    readonly after: readonly string[];
    /** Images from outside that it is built from. */
    readonly externals: readonly string[];
  }[];
  /** Images that services run and that have to be got; each once. */
  readonly serviceImages: readonly {
    readonly how: 'pull' | 'build' | 'pull-or-build' | 'forbidden';
    readonly reference: string;
    /** The service that says how. */
    readonly service: string;
    /** All services that run it. */
    readonly services: readonly string[];
    readonly cause: string;
    /** References of this list that it is built from. */
    readonly after: readonly string[];
    /** Base images that it is built from. */
    readonly bases: readonly string[];
    readonly weight: number;
  }[];
  /** Images of modules that the pipeline has not made yet of the commit; undefined where none is missing. */
  readonly pipeline?: {
    readonly commit: string;
    readonly modules: readonly string[];
    readonly weight: number;
  };
  /**
   * Volumes that modules mount and the engine lacks. Compose does nothing at all where one is missing,
   * whatever it is asked to make. Without a cause: only part of an install.
   */
  readonly volumes: readonly { readonly name: string; readonly cause: string }[];
  /** Images that fill the caches of a clone which has none, with the modules that compile with them. */
  readonly seeds: readonly {
    readonly image: string;
    readonly volume: string;
    readonly modules: readonly string[];
  }[];
  readonly installs: readonly {
    readonly module: string;
    readonly cause: string;
    /** Modules that share it; it is done once. */
    readonly sharedBy: readonly string[];
  }[];
  readonly compiles: readonly {
    readonly module: string;
    readonly cause: string;
    /** Modules that it uses. */
    readonly uses: readonly string[];
  }[];
  /** Commands of the project's own that run when all is up, in their order. */
  readonly hooks: readonly PlannedHook[];
  /** Networks that are made anew. */
  readonly networks: readonly NetworkRemake[];
  readonly operations: readonly PlannedOperation[];
  readonly unchanged: readonly string[];
  /** Services to wait for though nothing else is done about them, with what is missing. */
  readonly waits: ReadonlyMap<string, string>;
  readonly modules: ReadonlyMap<string, ModuleOrder>;
  /** Service → name of the base image that it runs. */
  readonly images: ReadonlyMap<string, string>;
  readonly links: ReadonlyMap<string, ServiceLinks>;
  /** Service → modules with which it shares a volume. */
  readonly volumeOwners: ReadonlyMap<string, readonly string[]>;
  /** Service → host ports that its containers have now: `8080/tcp`. */
  readonly heldPorts: ReadonlyMap<string, readonly string[]>;
}

/** A step before it is known which of those that it names there are. */
export interface StepDraft {
  readonly action: Action;
  readonly id: string;
  readonly cause?: string;
  readonly needs?: readonly string[];
  readonly after?: readonly string[];
  readonly weight?: number;
}
