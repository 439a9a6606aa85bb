import type { Failure } from '../events/failure.ts';
import type { CheckResult } from '../model/check-result.ts';
import type { Project } from '../model/project.ts';
import type { Settings } from '../model/settings.ts';
import type { Result } from '../util/result.ts';
import type { SyncRule } from '../watch/sync-rules.ts';

export interface DevelopRules {
  readonly rules: readonly SyncRule[];
  /** Rules that can do nothing, each with why. */
  readonly idle: readonly Failure[];
}

/** What the definition files say, read and valid. */
export interface Loaded {
  readonly project: Project;
  readonly settings: Settings;
  /** Absolute: every file that the definition reads, wherever it lies, whether it is there or not. */
  readonly files: readonly string[];
  /** What `develop.watch` of the services asks for; nothing when it is not given. */
  readonly develop?: DevelopRules;
}

export interface EditOptions {
  /** Services to make anew though nothing about them changed. */
  readonly recreate?: readonly string[];
  /** Services to give empty data volumes. */
  readonly resetData?: readonly string[];
}

/** What would be done, for somebody to agree to. */
export interface ProposedPlan {
  /** One line an operation, with its cause. */
  readonly operations: readonly string[];
  /** Does exactly that; fails with `world-changed`, and does nothing, where it is another plan by now. */
  carryOut(signal: AbortSignal): Promise<Result<void, readonly Failure[]>>;
  /** Does what is to be done: that, unless it is another plan by now. */
  follow(signal: AbortSignal): Promise<Result<void, readonly Failure[]>>;
}

/**
 * The environment as the session handles it: regenerating, planning and applying are what `dev up`
 * does, without a person at the terminal.
 */
export interface DefinitionKeeper {
  /** Reads the definition files anew. Changes nothing. */
  load(): Promise<Result<Loaded, readonly Failure[]>>;
  /** What would be done. Changes nothing. */
  plan(): Promise<Result<ProposedPlan, readonly Failure[]>>;
  /** Regenerates, and brings what runs in line with it. */
  apply(options: EditOptions, signal: AbortSignal): Promise<Result<void, readonly Failure[]>>;
  /** From now on the variables are these. */
  adopt(variables: Readonly<Record<string, string>>): Promise<void>;
  /** Whether what a service mounts still leads where the person agreed to. */
  mayStart(service: string): Promise<Result<void, Failure>>;
  /** What came of the compiles before containers started, the newest of each module. */
  compiled(): readonly CheckResult[];
  /** Changes one value of the settings file, comments kept: `modules.api.watch`, `false`. */
  changeSetting(key: string, value: string): Promise<Result<void, readonly Failure[]>>;
}
