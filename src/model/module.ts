import type { CheckKind } from './checks.ts';

export interface CheckDefinition {
  readonly kind: CheckKind;
  /** Shell text, run by `sh -c` in the module's container, in the module's folder. */
  readonly run: string;
  /** Past this the check is killed and has failed. */
  readonly timeoutMs: number;
  /** True for a command that watches by itself; it is kept alive and read for results. */
  readonly daemon: boolean;
  /** False: what it found out before is not kept, each run looks at everything. */
  readonly incremental?: false;
  /** Names of output formats to read diagnostics with; empty: all known ones are tried. */
  readonly formats: readonly string[];
  /** The project's own pattern: named groups file, line, column, severity, code, message. */
  readonly pattern?: string;
  /** Variables that it gets beyond its container's. */
  readonly environment?: ReadonlyMap<string, string>;
  /** Services that have to be ready while it runs. */
  readonly needs?: readonly string[];
}

/** How the image of a module's own is built. Paths are relative to the project root. */
export interface ModuleBuild {
  /** Folder that the build is sent. */
  readonly context: string;
  /** The Dockerfile's path. */
  readonly dockerfile: string;
  /** The stage that is the image; undefined: the last. */
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
}

/** Where the project's root is mounted in the containers of modules. */
export const MOUNTED_AT = '/workspace';
/** Where the code of modules lies in their production images, as it lies below the project's root. */
export const APP_DIRECTORY = '/app';

/** Code of the team's own: a folder of the repository. */
export interface Module {
  readonly name: string;
  /** Relative to the project root, `/`-separated, without a trailing slash. */
  readonly path: string;
  /** Name of its image in the hierarchy: `node` for instance, `web@build` for one of its own Dockerfile. */
  readonly image: string;
  /** How that is built, where it is of the module's own Dockerfile. */
  readonly build?: ModuleBuild;
  /** Other modules whose code this one imports. */
  readonly uses: readonly string[];
  readonly install: Install | undefined;
  readonly checks: readonly CheckDefinition[];
  /** What its container runs, shell text; undefined for a library, which runs as no service of its own. */
  readonly run: string | undefined;
  /** What its image runs, shell text, where that is not the same. */
  readonly production?: string;
  /** What makes files that its image alone holds, shell text: development does without them. */
  readonly bundle?: string;
  /** Whether a good compile (a save, where nothing is compiled), or a good test, restarts the service. */
  readonly restart: 'on-compile' | 'after-test' | 'never';
  /** What its build produces, paths relative to the module. */
  readonly artifact: readonly string[];
  /** Patterns of files that its image holds on purpose, though they look as if they should not. */
  readonly carries?: readonly string[];
  /** File with lines of a Dockerfile that its production image gets, relative to the module. */
  readonly dockerfile?: string;
  /** Watcher's ignores in .gitignore syntax, beyond .gitignore and .dockerignore. */
  readonly ignore: readonly string[];
}

/**
 * How a module's locked dependencies get into its container. Paths are relative to the folder that it
 * is run in: see `installFolder`.
 */
export interface Install {
  /**
   * Folder of the workspace whose lockfile it shares with other modules, relative to the project root;
   * undefined: all is in the module's own folder.
   */
  readonly workspace?: string;
  /** Shell text, `npm ci`. */
  readonly run: string;
  /** Lockfiles and manifests that key the dependencies; they exist. */
  readonly lockfiles: readonly string[];
  /** Nothing locks the versions: they are chosen anew with each install. */
  readonly unlocked?: true;
  /** Folders, or absolute container paths, that hold what was installed. */
  readonly directories: readonly string[];
  /** Folders of the package manager's cache that hold what an editor reads: `go-mod`. */
  readonly caches?: readonly string[];
  /** Shell text that installs only what production needs; undefined: its artifact needs nothing beside it. */
  readonly production?: string;
}

/** The folder that a module's install is run in, relative to the project root. */
export function installFolder({ path }: Pick<Module, 'path'>, { workspace }: Install): string {
  return workspace ?? path;
}

/** Lockfiles and manifests that key a module's dependencies, relative to the project root. */
export function lockfilesOf(module: Pick<Module, 'path' | 'install'>): readonly string[] {
  const { install } = module;
  if (install === undefined) return [];
  const folder = installFolder(module, install);
  return install.lockfiles.map((name) => (folder === '.' ? name : `${folder}/${name}`));
}
