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

export interface ComposeCreateOptions {
  readonly services: readonly string[];
  /** Makes also those anew that Compose would find unchanged. */
  readonly forceRecreate: boolean;
  /** Whether volumes without a name are not handed on to those that are made anew. */
  readonly renewUnnamedVolumes?: boolean;
  readonly signal?: AbortSignal;
  /** Told of each container that is whole, by its name, while others are still made. */
  readonly onCreated?: (container: string) => void;
  /** The same of each that took the place of another one. */
  readonly onReplaced?: (container: string) => void;
}

/**
 * On one-off containers that a plan's steps run. Only who has the project's lock makes such: one that
 * is there when another one has got the lock was left by a process that was killed.
 */
export const STEP_LABEL = 'dev.onestack.step';

type Answer = Promise<Result<void, Failure>>;

/** Lifecycle of services goes through Compose; everything finer through the engine's API. */
export interface ComposeCli {
  /**
   * `up --no-start --no-build`: makes the services' containers, with the networks and volumes that
   * they need, as many as they are to have, and takes away those that they replace. What they depend
   * on is made, too, where it is not there: Compose's own mark on a container tells of both. Where that mark
   * is not what this Compose would write, it is made anew.
   */
  create(target: ComposeTarget, options: ComposeCreateOptions): Answer;
  /** `up --detach --no-deps --no-recreate`: starts the containers that are made, and waits for nothing. */
  start(
    target: ComposeTarget,
    services: readonly string[],
    options: { readonly signal?: AbortSignal },
  ): Answer;
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
  /** Stops and removes these services' containers, and volumes of theirs that have no name. */
  remove(target: ComposeTarget, services: readonly string[]): Answer;
  /** `down --remove-orphans`, and the volumes when they are named. */
  down(
    target: ComposeTarget,
    options: { readonly volumes: boolean; readonly onLine?: (line: string) => void },
  ): Answer;
  version(): Promise<Result<string, Failure>>;
}
