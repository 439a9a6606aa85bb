import type { AnyRunner } from '../checks/any-runner.ts';
import type { ShellPool } from '../checks/shell-pool.ts';
import type { SessionEvent } from '../events/session-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { SessionState } from '../state/session-state.ts';
import type { Turn } from '../state/turns.ts';
import type { DefinitionKeeper, Loaded } from './environment.ts';
import type { SyncFiles, SyncLoopParts } from './sync-loop.ts';

/** What a session is given. */
export interface SessionParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly environment: DefinitionKeeper;
  readonly pool: ShellPool;
  readonly runner: AnyRunner;
  readonly identity: {
    readonly pid: number;
    readonly project: string;
    readonly root: string;
    readonly context: string;
    readonly version: string;
    /** Compose project name. */
    readonly instance: string;
    /** Address of its engine. */
    readonly engine?: string;
  };
  readonly onEvent: (event: SessionEvent, state: SessionState) => void;
  /** A module turned from good to bad or back. */
  readonly onTurn: (turn: Turn, desktop: boolean) => void;
  /** The modules are others than before, or what is watched is. */
  readonly onDefined: (loaded: Loaded) => void;
  readonly onStop: (reason: string) => void;
  /** When a file, relative to the root, was last written, in epoch milliseconds. */
  readonly modifiedMs: (path: string) => number | undefined;
  /** Whether a service is done when it ends with 0, as the last merged definition says. */
  readonly mayEnd?: (service: string) => boolean;
  /** For files that are synced into containers; without it none are. */
  readonly sync?: SyncFiles & Pick<SyncLoopParts, 'exclusively'>;
  /** False for one run of checks: a good compile restarts nothing. */
  readonly restarts?: boolean;
}
