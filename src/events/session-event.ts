import type { CheckResult } from '../model/check-result.ts';
import type { CheckKind } from '../model/checks.ts';
import type { Failure } from './failure.ts';

/**
 * What the session tells its clients, its log and its own state. Plain JSON: one event a line on
 * the socket, in `.dev/logs/session.ndjson` and from `dev watch --json`.
 *
 * Every event has `at` (epoch milliseconds). Saves are numbered from 1 within a session; `save` is
 * the one that caused the event, 0 where none did.
 */
export type SessionEvent = Stamped &
  (
    | SessionStarted
    | SessionStopping
    | ModulesDefined
    | Watching
    | FilesChanged
    | CheckQueued
    | CheckStarted
    | CheckOutput
    | CheckFinished
    | CheckCancelled
    | SaveSettled
    | InstallStarted
    | InstallFinished
    | SyncFinished
    | ServiceStateChanged
    | ServiceGone
    | EngineStateChanged
    | EngineKnown
    | PlanChanged
    | Problem
    | ProblemSolved
  );

export type SessionEventKind = SessionEvent['kind'];

interface Stamped {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly save: number;
}

export interface SessionStarted {
  readonly kind: 'session-started';
  readonly pid: number;
  readonly project: string;
  /** Absolute. */
  readonly root: string;
  readonly context: string;
  readonly version: string;
  /** Address of the engine that it is on: it stays there. Sessions of older versions do not say it. */
  readonly engine?: string;
}

export interface SessionStopping {
  readonly kind: 'session-stopping';
  readonly reason: string;
}

/** The project as the session now works with it: after the start and after each edit of it. */
export interface ModulesDefined {
  readonly kind: 'modules';
  readonly modules: readonly ModuleFacts[];
  /** Whether anything is watched at all. */
  readonly watch: boolean;
  /** Whether a terminal rings when a module turns from good to bad or back. */
  readonly bell?: boolean;
}

export interface ModuleFacts {
  readonly name: string;
  /** Relative to the project root. */
  readonly path: string;
  readonly uses: readonly string[];
  /** The settings' choices. */
  readonly run: boolean;
  readonly watch: boolean;
  /** The checks that it has, and whether the settings want them. */
  readonly checks: readonly {
    readonly check: CheckKind;
    readonly enabled: boolean;
    readonly daemon: boolean;
  }[];
}

/** How files are watched. */
export interface Watching {
  readonly kind: 'watching';
  readonly mode: 'events' | 'poll' | 'off';
  /** Why it polls, or why it is off. */
  readonly reason?: string;
  /** Files and folders watched. */
  readonly entries: number;
}

/** Files changed: `save` numbers this very save. A run that a person asked for is one, too. */
export interface FilesChanged {
  readonly kind: 'change';
  /** `container`: the container that checks were waiting for is back. */
  readonly cause: 'files' | 'request' | 'settings' | 'container';
  /** Relative to the project root; the first MAX_CHANGE_PATHS. */
  readonly paths: readonly string[];
  /** How many changed in all. */
  readonly total: number;
  /** Modules whose own files changed. */
  readonly modules: readonly string[];
  /** Those, and the ones that depend on them, in the order in which they are checked. */
  readonly affected: readonly string[];
  /** Epoch milliseconds of the first file event in it. */
  readonly firstAt: number;
}

/** A change event names so many paths and counts the rest. */
export const MAX_CHANGE_PATHS = 50;

/** Names one run of one check. */
export interface CheckRun {
  readonly module: string;
  readonly check: CheckKind;
  /** Counts from 1 within one session. */
  readonly run: number;
}

export interface CheckQueued extends CheckRun {
  readonly kind: 'check-queued';
}

export interface CheckStarted extends CheckRun {
  readonly kind: 'check-started';
  /** What is run, for people; undefined for a command that watches by itself. */
  readonly command?: string;
  /**
   * `kept`: with what it left the last time; `own`: as it is written, its tool keeps what it knows by
   * itself; `plain`: as it is written.
   */
  readonly incremental?: 'kept' | 'own' | 'plain';
  /** Why it is run in that way. */
  readonly why?: string;
}

/** A piece of a running check's output, as it came, cut at line ends where there are some. */
export interface CheckOutput extends CheckRun {
  readonly kind: 'check-output';
  readonly text: string;
  /** True once the output's middle is being left out because there is too much of it. */
  readonly truncated?: boolean;
}

export interface CheckFinished extends CheckResult {
  readonly kind: 'check-finished';
}

/** Overtaken, or asked to stop; its processes are gone. */
export interface CheckCancelled extends CheckRun {
  readonly kind: 'check-cancelled';
  readonly reason: 'overtaken' | 'dependency-failed' | 'settings' | 'container' | 'stopping';
  /** The newer save, when one overtook it. */
  readonly by?: number;
  readonly durationMs: number;
}

/** Every check that a save caused has ended, one way or another. */
export interface SaveSettled {
  readonly kind: 'settled';
  readonly passed: number;
  readonly failed: number;
  readonly cancelled: number;
}

export interface InstallStarted {
  readonly kind: 'install-started';
  readonly module: string;
  /** The lockfile that changed, relative to the project root. */
  readonly cause: string;
}

export interface InstallFinished {
  readonly kind: 'install-finished';
  readonly module: string;
  readonly durationMs: number;
  readonly failure?: Failure;
}

/** Edited files reached a service's containers, as `develop.watch` of its Compose file asks for. */
export interface SyncFinished {
  readonly kind: 'sync-finished';
  readonly service: string;
  /** What was done, in this order, until something failed. */
  readonly done: readonly SyncDeed[];
  /** Relative to the project root; the first MAX_CHANGE_PATHS. */
  readonly paths: readonly string[];
  /** How many changed in all. */
  readonly total: number;
  readonly durationMs: number;
  readonly failure?: Failure;
}

export type SyncDeed = 'rebuilt' | 'synced' | 'restarted' | 'executed';

export interface ServiceStateChanged {
  readonly kind: 'service-state';
  readonly service: string;
  /** `restarting`: again and again, between two runs or in a short one. `done`: ended well, for good. */
  readonly state:
    | 'created'
    | 'running'
    | 'restarting'
    | 'paused'
    | 'removing'
    | 'exited'
    | 'done'
    | 'dead'
    | 'missing';
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  /** Epoch milliseconds since which it is in this state. */
  readonly since: number;
  /** Why, where the session did it itself: `restarted after compile`, `… after save`. */
  readonly cause?: string;
  /** Exit status of the last run, for one that ended. */
  readonly exitStatus?: number;
  /** Host addresses of its published ports: `127.0.0.1:8080→80/tcp`. */
  readonly ports?: readonly string[];
}

/** The service is no longer part of the environment. */
export interface ServiceGone {
  readonly kind: 'service-gone';
  readonly service: string;
}

export interface EngineStateChanged {
  readonly kind: 'engine-state';
  readonly reachable: boolean;
  readonly detail?: string;
}

/** What the engine calls itself, by whichever address: told once, when it has said so. */
export interface EngineKnown {
  readonly kind: 'engine-known';
  readonly id: string;
}

/** A definition edit led to this plan, or the plan moved on. */
export interface PlanChanged {
  readonly kind: 'plan';
  readonly plan: number;
  readonly state: 'waiting-for-answer' | 'applying' | 'applied' | 'failed' | 'declined' | 'empty';
  /** One line an operation with its cause: `recreate api: compose/dev.yaml:14 changed ports`. */
  readonly operations: readonly string[];
  /** The files whose edit led to it, relative to the project root. */
  readonly files: readonly string[];
  /** Why it failed; of one that waits, why the one before it was agreed to and not carried out. */
  readonly failures?: readonly Failure[];
  readonly durationMs?: number;
}

/** Something that a person should know; stands until solved. One with the same key replaces it. */
export interface Problem {
  readonly kind: 'problem';
  /** What it is about: `definition`, `watch`, `engine`, `log`, `service:api`. */
  readonly key: string;
  readonly level: 'warning' | 'error';
  readonly failures: readonly Failure[];
}

export interface ProblemSolved {
  readonly kind: 'problem-solved';
  readonly key: string;
}
