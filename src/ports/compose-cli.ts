import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

/** What a call of Compose is about: the merged file and the project name. */
export interface ComposeTarget {
  /** Absolute path of `.dev/compose.yaml`. */
  readonly file: string;
  readonly project: string;
  /**
   * Variables beyond those of this process: what configs and secrets of the file take from the
   * project's environment files. Given to the process, never on its command line.
   */
  readonly environment?: Readonly<Record<string, string>>;
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
  /**
   * `up -d --no-build`. Starts what the services depend on too, and waits for the conditions that
   * the merged file names, not for the services' own health.
   */
  up(target: ComposeTarget, options: ComposeUpOptions): Answer;
  /**
   * A one-off container of a service, removed afterwards, its dependencies not started.
   * Resolves to the command's exit status.
   */
  run(
    target: ComposeTarget,
    service: string,
    argv: readonly string[],
    options: {
      readonly signal?: AbortSignal;
      readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
    },
  ): Promise<Result<number, Failure>>;
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
