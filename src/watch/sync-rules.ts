import { basename, posix, relative } from 'node:path';
import { contextIgnore, type ContextIgnore } from '../images/context-ignore.ts';

export type SyncAction = 'sync' | 'sync+restart' | 'sync+exec' | 'rebuild' | 'restart';

/** A command that is run in a service's containers once files were synced. */
export interface SyncCommand {
  readonly argv: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly privileged: boolean;
  readonly environment: Readonly<Record<string, string>>;
}

/** One entry of a service's `develop.watch`. */
export interface SyncRule {
  readonly service: string;
  readonly action: SyncAction;
  /** Absolute, links resolved: a folder, or a single file. */
  readonly path: string;
  /** In the container, absolute; none where nothing is copied. */
  readonly target?: string;
  /** Patterns relative to `path`, as in `.dockerignore`. */
  readonly ignore: readonly string[];
  /** Only what matches these; empty for everything. */
  readonly include: readonly string[];
  /** What is there already is copied when the container is new. */
  readonly initialSync: boolean;
  readonly exec?: SyncCommand;
  /** The `.dockerignore` of the service's build: its folder, and its text. */
  readonly buildIgnore?: { readonly folder: string; readonly text: string };
  /** Services that are restarted with it: `depends_on` with `restart: true`. */
  readonly restartsWith: readonly string[];
}

export interface SyncMatch {
  readonly rule: SyncRule;
  /** Where the file lies in the container; undefined where nothing is copied. */
  readonly to: string | undefined;
}

export interface SyncRules {
  /** Absolute: what has to be watched. */
  readonly paths: readonly string[];
  /** Whether a watch has to look at it: a file that a rule is about, a folder with such files. */
  wants(path: string, kind: 'file' | 'directory'): boolean;
  /** Rules that a file concerns. */
  matching(path: string): readonly SyncMatch[];
}

/** What editors leave behind for a moment, and git: as `docker compose watch` leaves it out. */
const NEVER = [
  '**/.git',
  '**/*___jb_old___',
  '**/*___jb_tmp___',
  '**/.idea/**',
  '**/.#*',
  '**/#*#',
  '**/4913',
  '**/*~',
  '**/.*.sw[pxon]',
  '**/.*.kate-swp',
  '**/*-go-tmp-umask',
  // Our own.
  '**/.dev',
].join('\n');

/** A `*` of which nothing is taken back would leave nothing to watch: whoever writes a rule means something. */
function patterns(lines: readonly string[]): string {
  const own = lines.map((line) => line.trim());
  const takesBack = own.some((line) => line.startsWith('!'));
  return (takesBack ? own : own.filter((line) => line !== '*')).join('\n');
}

interface Matcher {
  readonly rule: SyncRule;
  readonly never: ContextIgnore;
  readonly ignore: ContextIgnore;
  readonly include: ContextIgnore | undefined;
  readonly build: ContextIgnore | undefined;
}

function matcherOf(rule: SyncRule): Matcher {
  const { ignore, include, buildIgnore } = rule;
  return {
    rule,
    never: contextIgnore(NEVER),
    ignore: contextIgnore(patterns(ignore)),
    include: include.length === 0 ? undefined : contextIgnore(include.join('\n')),
    build: buildIgnore && contextIgnore(patterns(buildIgnore.text.split('\n'))),
  };
}

/** `` for the folder itself; undefined for what lies outside of it. */
function inside(folder: string, path: string): string | undefined {
  if (path === folder) return '';
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

function isIgnored({ rule, never, ignore, build }: Matcher, path: string): boolean {
  const own = inside(rule.path, path) ?? '';
  const built = rule.buildIgnore && inside(rule.buildIgnore.folder, path);
  return (
    (own !== '' && (never.ignores(own) || ignore.ignores(own))) ||
    (built !== undefined && built !== '' && build?.ignores(built) === true)
  );
}

function prunes({ rule, never, ignore, build }: Matcher, folder: string): boolean {
  const own = inside(rule.path, folder) ?? '';
  const built = rule.buildIgnore && inside(rule.buildIgnore.folder, folder);
  return (
    (own !== '' && (never.prunes(own) || ignore.prunes(own))) ||
    (built !== undefined && built !== '' && build?.prunes(built) === true)
  );
}

function concerns(matcher: Matcher, path: string): boolean {
  const own = inside(matcher.rule.path, path);
  if (own === undefined || isIgnored(matcher, path)) return false;
  return own === '' || (matcher.include?.ignores(own) ?? true);
}

function placeInContainer({ path, target }: SyncRule, file: string): string | undefined {
  if (target === undefined) return undefined;
  const own = relative(path, file);
  // A single file whose target is a folder keeps its name.
  if (own === '' && target.endsWith('/')) return posix.join(target, basename(file));
  return posix.join(target, own);
}

/** The rules of all services. Pure; paths are absolute. */
export function createSyncRules(rules: readonly SyncRule[]): SyncRules {
  const matchers = rules.map(matcherOf);
  return {
    paths: [...new Set(rules.map(({ path }) => path))],
    wants: (path, kind) =>
      matchers.some((matcher) => {
        if (kind === 'file') return concerns(matcher, path);
        const leadsThere = inside(path, matcher.rule.path) !== undefined;
        const lies = inside(matcher.rule.path, path) !== undefined;
        return leadsThere || (lies && !prunes(matcher, path));
      }),
    matching: (path) =>
      matchers
        .filter((matcher) => concerns(matcher, path))
        .map(({ rule }) => ({ rule, to: placeInContainer(rule, path) })),
  };
}
