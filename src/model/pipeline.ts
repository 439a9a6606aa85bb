/** How a run's images are tried before they get their names. */
export interface SmokeDefinition {
  /** Past this it is ended and has failed. */
  readonly timeoutMs: number;
  /** Whether a container of each module is killed in the middle. */
  readonly kill: boolean;
}

/** What `dev.yaml` says of the pipeline. */
export interface PipelineDefinition {
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
}
