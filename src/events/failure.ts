import { unreachable } from '../util/unreachable.ts';

/** A place in a definition file. Lines and columns count from 1. */
export interface SourcePlace {
  /** As people know it: relative to the project where it lies inside, else absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line's own text, for the excerpt. */
  readonly text?: string;
  /** How many characters from `column` on are the offending ones; 1 when not given. */
  readonly length?: number;
}

/** What kind of failure it is. Decides the exit status, and lets callers react. */
export type FailureReason =
  /** A definition file is wrong. */
  | 'definition'
  /** The command line is wrong. */
  | 'usage'
  /** No engine, no Compose, or neither answers. */
  | 'no-engine'
  /** Something that the machine lacks: a package, a permission, room on the disk. */
  | 'host'
  /** An image could not be built. */
  | 'image'
  /** A module's dependencies could not be installed. */
  | 'install'
  /** A service does not start or does not become healthy. */
  | 'service'
  /** A host port that was free a moment ago is not any more. */
  | 'port-taken'
  /** What runs is not any more what a plan was made for. */
  | 'world-changed'
  /** A check (compile, test, lint) failed. */
  | 'check'
  /** A probe failed. */
  | 'probe'
  /** Somebody else holds the project's lock. */
  | 'locked'
  /** A file of the tool's own could not be read or written. */
  | 'files'
  /** The person interrupted. */
  | 'interrupted';

/** What a failure is about, for programs: `--json` gives it, so that nobody has to read sentences. */
export interface FailureSubject {
  readonly service?: string;
  readonly module?: string;
  /** Its reference, or the name of a base image. */
  readonly image?: string;
  /** A port of this machine. */
  readonly port?: number;
  /** The absolute path of one that is not there. */
  readonly file?: string;
}

/** One cause of several failures at once, as a registry that does not answer: people are told it once. */
export interface SharedCause {
  /** What they have in common, in one line; the same text for each of them. */
  readonly what: string;
  /** What to do about all of them. */
  readonly cure: string;
  /** What this one failure is about: `db: postgres:17`. */
  readonly subject: string;
}

/** An expected failure, told so that a person can act: what, why, and what to do. */
export interface Failure {
  readonly reason: FailureReason;
  /** One line: what went wrong. */
  readonly what: string;
  /** Why, if it is known. */
  readonly why?: string;
  /** What to do about it; a command where there is one. */
  readonly cure?: string;
  readonly at?: SourcePlace;
  readonly about?: FailureSubject;
  readonly shared?: SharedCause;
  /** Lines worth seeing: the failing step's last output, a probe's output. */
  readonly detail?: readonly string[];
}

/** The exit status for a failure: 1 check/service/probe, 2 definition or usage, 3 engine, 130. */
export function exitStatus(reason: FailureReason): 1 | 2 | 3 | 130 {
  switch (reason) {
    case 'definition':
    case 'usage':
      return 2;
    case 'no-engine':
    case 'host':
      return 3;
    case 'interrupted':
      return 130;
    case 'image':
    case 'install':
    case 'service':
    case 'check':
    case 'probe':
    case 'port-taken':
    case 'world-changed':
    case 'locked':
    case 'files':
      return 1;
    default:
      return unreachable(reason);
  }
}
