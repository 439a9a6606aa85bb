import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

/** What a call of Compose is about: the merged file and the project name. */
export interface ComposeTarget {
  /** Absolute path of `.dev/compose.yaml`. */
  readonly file: string;
  readonly project: string;
}

export interface ComposeUpOptions {
  readonly services: readonly string[];
  readonly forceRecreate: boolean;
  readonly signal?: AbortSignal;
  /** Compose's own progress, line by line. */
  readonly onLine?: (line: string) => void;
}

type Answer = Promise<Result<void, Failure>>;

/** Lifecycle of services goes through Compose; everything finer through the engine's API. */
export interface ComposeCli {
  /** `up -d --no-build`, dependencies as the merged file says; does not wait for health. */
  up(target: ComposeTarget, options: ComposeUpOptions): Answer;
  stop(target: ComposeTarget, services: readonly string[]): Answer;
  /** Stops and removes these services' containers. */
  remove(target: ComposeTarget, services: readonly string[]): Answer;
  /** `down --remove-orphans`, and the volumes when they are named. */
  down(
    target: ComposeTarget,
    options: { readonly volumes: boolean; readonly onLine?: (line: string) => void },
  ): Answer;
  version(): Promise<Result<string, Failure>>;
}
