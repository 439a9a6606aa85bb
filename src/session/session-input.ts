import type { CheckKind } from '../model/checks.ts';
import type { AskOptions, CheckedModule } from './check-loop.ts';
import type { Loaded } from './environment.ts';
import type { Happening } from './event-bus.ts';
import type { FileChange, SortedChange } from './sort-change.ts';

/**
 * Why modules are checked: their files changed, a person asks, the settings want it again, or their
 * container is new.
 */
type SaveCause = 'files' | 'request' | 'settings' | 'container';

/** Something that modules are to be checked for; numbered, it is a save. */
export interface SaveRequest {
  readonly cause: SaveCause;
  /** Whose files changed, of the cause `files`: what uses them follows. Otherwise just these. */
  readonly modules: readonly string[];
  /** Those that are meant themselves, not only because of what they use. */
  readonly own: ReadonlySet<string>;
  /** Of each module only these checks. */
  readonly only?: ReadonlyMap<string, ReadonlySet<CheckKind>>;
  readonly files?: {
    readonly paths: readonly string[];
    /** Epoch milliseconds of the first event of them. */
    readonly firstAt: number;
    /** Epoch milliseconds of the last one. */
    readonly lastAt: number;
    /** Files of the definition are among them: what is checked is known once they are read. */
    readonly redefines: boolean;
  };
}

export interface NumberedSave {
  readonly save: number;
  readonly request: SaveRequest;
}

/** What the session knows between two inputs. */
export interface SessionModel {
  /** The newest definition that is right. */
  readonly loaded: Loaded | undefined;
  /** The definition whose switches have been followed. */
  readonly followed: Loaded | undefined;
  /** The number of the newest save. */
  readonly saves: number;
  /** Saves of files that changed together with the definition, or while it is read. */
  readonly postponed: readonly NumberedSave[];
}

/** What its parts tell the session. */
export type SessionInput =
  | { readonly kind: 'asked'; readonly request: SaveRequest }
  | {
      readonly kind: 'files-changed';
      readonly change: FileChange;
      readonly sorted: SortedChange;
      /** Files by module that may start checks now. */
      readonly admitted: ReadonlyMap<string, readonly string[]>;
    }
  | { readonly kind: 'engine-returned'; readonly stopped: readonly string[] }
  | { readonly kind: 'service-started'; readonly service: string; readonly containerId: string }
  /** A check ended with its container, and there is another one. */
  | { readonly kind: 'container-replaced'; readonly module: string }
  /** Checks could not run, or not to their end, in a container that there is not any more. */
  | { readonly kind: 'checks-missed'; readonly module: string }
  | { readonly kind: 'compiled'; readonly module: string; readonly save: number }
  /** Its test has passed. */
  | { readonly kind: 'tested'; readonly module: string; readonly save: number }
  /** What runs of these services was started before they were watched again. */
  | {
      readonly kind: 'outdated';
      readonly services: readonly string[];
      readonly save: number;
      readonly cause: string;
    }
  | { readonly kind: 'installed'; readonly modules: ReadonlySet<string> }
  | { readonly kind: 'defined'; readonly loaded: Loaded }
  /** The definition is read, or found wrong: checks that were to follow it can begin. */
  | { readonly kind: 'definition-read' };

/** What is true at the moment of an input and belongs to a part. */
export interface SessionFacts {
  /** Epoch milliseconds. */
  readonly now: number;
  /** An edit of the definition is being read: `definition-read` comes. */
  readonly reading: boolean;
  /** The session ends: nothing is begun. */
  readonly ending: boolean;
  /** False for one run of checks: a good compile restarts nothing. */
  readonly restarts: boolean;
}

/** What is to be done: data, carried out by `session-effects.ts`, in order. */
export type SessionEffect =
  | { readonly kind: 'emit'; readonly happening: Happening }
  | { readonly kind: 'check'; readonly save: number; readonly options: AskOptions }
  | {
      readonly kind: 'restart';
      readonly services: readonly string[];
      readonly save: number;
      readonly cause: string;
    }
  | { readonly kind: 'prepare-shell'; readonly service: string; readonly containerId: string }
  | { readonly kind: 'follow-process'; readonly service: string }
  | { readonly kind: 'attend'; readonly service: string; readonly containerId: string }
  | { readonly kind: 'find-missed'; readonly module: string }
  | {
      readonly kind: 'install';
      readonly module: string;
      readonly lockfile: string;
      readonly save: number;
    }
  | { readonly kind: 'redefine'; readonly files: readonly string[]; readonly save: number }
  | { readonly kind: 'start-again'; readonly stopped: readonly string[] }
  | { readonly kind: 'forget-loops' }
  | {
      readonly kind: 'take-over';
      readonly loaded: Loaded;
      readonly checked: readonly CheckedModule[];
    }
  | { readonly kind: 'catch-up'; readonly before: Loaded; readonly now: Loaded };
