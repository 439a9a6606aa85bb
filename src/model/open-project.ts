import type { Account } from '../util/accounts.ts';
import type { Places } from './places.ts';
import type { Context, Project } from './project.ts';
import type { Settings } from './settings.ts';

/** What runs only because somebody asked for it. */
export interface Activation {
  readonly profiles: readonly string[];
  readonly services: readonly string[];
}

/** What runs in the place of mounted modules. */
export interface BakedImages {
  /** Full hash of the commit that they are of. */
  readonly commit: string;
  /** Module → reference of its image; whether it is made yet or not. */
  readonly images: ReadonlyMap<string, string>;
  /** Files that the commit holds, relative to the project's folder. */
  readonly committed: readonly string[];
}

/** A commit that is laid out elsewhere and tried alone: it shares nothing with what else runs. */
export interface Trial {
  /** What its instance is called, before the context. */
  readonly name: string;
  readonly baked: BakedImages;
  /** The project's folder, for which a person agreed to what it reaches. */
  readonly trustedAs: string;
}

/** A project of which everything that people wrote is read and valid. */
export interface OpenProject {
  readonly project: Project;
  readonly settings: Settings;
  readonly context: Context;
  /** Compose project name of this folder: the project's name, or another when that is taken. */
  readonly instance: string;
  /** Profiles that were asked for by `--profile`; empty: those of the environment. */
  readonly profiles: readonly string[];
  /** Services that were named on the command line. */
  readonly named: readonly string[];
  /** What an earlier `dev up` switched on, by profile or by name, until `dev down`. */
  readonly kept: Activation;
  /** Undefined where modules are mounted. */
  readonly baked: BakedImages | undefined;
  readonly places: Places;
  /** Who modules' containers run as, where they are mounted: whose the clone's files are in there. */
  readonly person: Account;
  /** Whose package caches it uses: a part of their volumes' names. */
  readonly cacheScope: string;
  readonly trial?: Trial | undefined;
}
