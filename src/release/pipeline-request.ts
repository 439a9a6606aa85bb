import type { Module } from '../model/module.ts';
import type { ModuleKeys } from './keys.ts';
import type { StagesRequest } from './pipeline-stages.ts';

/** What a run is planned from. */
export interface PipelineRequest extends StagesRequest {
  readonly project: string;
  readonly modules: readonly Module[];
  readonly keys: ReadonlyMap<string, ModuleKeys>;
  readonly profilesKey: string;
  /** References of the images that the engine has. */
  readonly images: ReadonlySet<string>;
  /** Keys of having passed the gates, by module; those without gates are not named. */
  readonly gateKeys?: ReadonlyMap<string, string>;
  /** Undefined: images are not tried, and have their names at once. */
  readonly smokeKey: string | undefined;
}
