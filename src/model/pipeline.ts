import { CHECK_KINDS } from './checks.ts';

/** How a run's images are tried before they get their names. */
export interface SmokeDefinition {
  /** Past this it is ended and has failed. */
  readonly timeoutMs: number;
  /** Whether a container of each module is killed in the middle. */
  readonly kill: boolean;
}

/** A command that the team adds to the pipeline. */
export interface StageDefinition {
  /** `contract`: unique in its project, and no step of the tool's own. */
  readonly name: string;
  /** Shell text. */
  readonly run: string;
  /** Whose folder it runs in, when that is compiled; undefined: at the root of a clean export of its own. */
  readonly module: string | undefined;
  /** Base image that it runs in: its own, or its module's. */
  readonly image: string;
  /** All that its export holds, from the project's folder; empty: the whole commit. */
  readonly reads: readonly string[];
  /** Stages that must have been done well; what they made lies in its folder. */
  readonly after: readonly string[];
  /** Files and folders that are kept of it, relative to where it runs. */
  readonly artifact: readonly string[];
  /** Whether it reaches anything. */
  readonly network: boolean;
  /** Names of the person's variables that it is given; their values are in no key, log or artifact. */
  readonly secrets: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** Past this it is killed and has failed. */
  readonly timeoutMs: number;
}

/** Steps of the tool's own: no stage has their name. */
export const OWN_STEPS = [
  ...['install', 'restore', ...CHECK_KINDS, 'pack', 'dependencies'],
  ...['profiles', 'bake', 'gate', 'smoke'],
] as const;

/** What `dev.yaml` says of the pipeline. */
export interface PipelineDefinition {
  /** What the team adds, each after those that it comes after. */
  readonly stages: readonly StageDefinition[];
  /** Undefined: images are not tried. */
  readonly smoke: SmokeDefinition | undefined;
}

const SMOKE_TIMEOUT_MS = 300_000;

/** What holds where nothing is said. */
export const DEFAULT_SMOKE: SmokeDefinition = { timeoutMs: SMOKE_TIMEOUT_MS, kill: true };

/** Where releases are kept beyond this machine. */
export interface StoreDefinition {
  /** Host and path of a registry, `registry.example.com/shop`; undefined: images stay in the engine. */
  readonly registry: string | undefined;
  /** Public keys, PEM, relative to the project: with one of them releases are signed. Empty: they are not. */
  readonly signedBy: readonly string[];
}
