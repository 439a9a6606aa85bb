import type { Repository } from './repository.ts';

/** Which version of a language a repository wants, and where it says so. */
export interface WantedVersion {
  /** As written: `24`, `>=20`, `3.11.4`. */
  readonly version: string;
  /** `api/.nvmrc`, `web/Dockerfile:1`. */
  readonly at: string;
}

/** Code that was found, as a module of `dev.yaml` would have it. */
export interface FoundModule {
  readonly name: string;
  /** Relative to the project root; `.` for the root. */
  readonly path: string;
  readonly image: string;
  /** The file that told it: `api/package.json`. */
  readonly by: string;
  readonly wants?: WantedVersion;
  /** Only where the lockfile alone does not say it. */
  readonly install?: string | FoundInstall;
  readonly compile?: string;
  readonly test?: string;
  readonly lint?: string;
  /** Undefined for a library. */
  readonly run?: string;
  /** What its image runs, where that is not the same. */
  readonly production?: string;
  /** What makes what that runs. */
  readonly bundle?: string;
  /** It watches its own sources. */
  readonly reloads?: boolean;
  readonly artifact?: readonly string[];
  readonly ignore?: readonly string[];
  /** That it listens on, as far as can be seen. */
  readonly port?: number;
}

interface FoundInstall {
  readonly run: string;
  readonly lockfiles: readonly string[];
  readonly directories: readonly string[];
}

/** What one language makes of a folder: its module, without a name. */
export type FoundCode = Omit<FoundModule, 'name' | 'path'> & {
  /** What the code calls itself, if it does. */
  readonly calls?: string;
};

/** Looks at one folder; undefined when it is not its language's. */
export type Detector = (folder: string, repository: Repository) => FoundCode | undefined;

/** The first line of a file that has something in it. */
export function firstLine(text: string | undefined): string | undefined {
  return text
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'));
}
