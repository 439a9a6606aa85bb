import type { Context } from '../model/project.ts';
import type { World } from '../ports/world.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  /** Where to look for a project; the current folder and its parents when not given. */
  readonly project: string | undefined;
  readonly context: Context;
  /** Profiles of the Compose files to switch on; none: those of COMPOSE_PROFILES. */
  readonly profiles: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** One call of the command line: what a command's action gets besides its own options. */
export interface Invocation {
  readonly world: World;
  readonly globals: GlobalOptions;
  /** The command line as it was typed: Node, the program, words. */
  readonly typed: readonly string[];
  /** Absolute path of the program's bundle; its name tells one build from another. */
  readonly program: string;
  /** Aborted by the first Ctrl-C or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
}
