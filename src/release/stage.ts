import { posix } from 'node:path';
import { APP_DIRECTORY, type Module } from '../model/module.ts';
import { withUses } from '../model/uses.ts';
import type { ContainerMount } from '../ports/docker-command.ts';
import type { OneOffContainer } from '../ports/engine-containers.ts';
import { failingFast } from '../util/failing-fast.ts';
import { BECOME_PERSON } from '../util/become-person.ts';

/** A command of the pipeline, in a container that is made for it and removed after it. */
export interface Stage {
  /** `compile api`: unique in its run. */
  readonly name: string;
  /** Undefined: it runs at the root of its workspace, which is its own. */
  readonly module: Module | undefined;
  /** Fingerprinted reference of the image. */
  readonly image: string;
  /** Shell text, run in the module's folder. */
  readonly run: string;
  /** Folder of the workspace that it runs in and may write, in place of the module's own. */
  readonly workspace?: string;
  /** Only installs reach anything: what else is built depends on the commit alone. */
  readonly network: boolean;
  /** A network of services that it needs, in the place of none. */
  readonly joins?: string;
  /** Files of the host that it is given beside its sources, absolute. */
  readonly mounts?: readonly { readonly source: string; readonly target: string }[];
  readonly timeoutMs: number;
  /** Variables beyond those of all stages. */
  readonly environment?: ReadonlyMap<string, string>;
  /** Names of the person's variables that it is given beyond those of all stages. */
  readonly secrets?: readonly string[];
}

/** What all stages of a run have in common. */
export interface StageSetting {
  /** Name of the run, for labels and names. */
  readonly run: string;
  readonly project: string;
  /** Absolute folder with the clean export. */
  readonly workspace: string;
  readonly modules: readonly Module[];
  /** Names of files at the root of the workspace that every stage may read. */
  readonly shared: readonly string[];
  readonly person: { readonly uid: number; readonly gid: number };
  /** Whose caches are used. */
  readonly cacheScope: string;
  /** Host files that are mounted read-only, so that programs trust the company's authorities. */
  readonly trust: readonly { readonly source: string; readonly target: string }[];
  /** The container's own environment; nothing secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of variables of the person that reach stages with a network: proxies and registries. */
  readonly passed: readonly string[];
}

/** Labels of a stage's container: what a dead run left is found by them. */
export const STAGE_LABELS = {
  kind: 'dev.onestack.kind',
  run: 'dev.onestack.run',
  stage: 'dev.onestack.stage',
} as const;
export const STAGE_KIND = 'stage';

const HOME = '/home/app';
const CACHE = '/var/cache/onestack';

/**
 * Downloads and compilers' caches of a folder's runs. Not those of development, which any code there
 * can write, nor those of another project.
 */
export function pipelineCache(uid: number, scope: string): string {
  return `onestack-ci-cache-${String(uid)}-${scope}`;
}

/** The container's name: the engine lets only one have it. */
function stageContainer({ run }: Pick<StageSetting, 'run'>, name: string): string {
  return `onestack-ci-${run}-${name.replace(/[^\w.-]+/g, '-')}`;
}

function bind(source: string, target: string, readOnly: boolean): readonly ContainerMount[] {
  return [{ type: 'bind', source, target, readOnly }];
}

/**
 * The module's own folder, and below it what it may read: the modules that it uses and the files at
 * the root. What its key does not know of is not there.
 */
function sourceMounts(
  { module, workspace: own }: Stage,
  { workspace, modules, shared }: StageSetting,
): readonly ContainerMount[] {
  const at = (path: string): string => posix.join(APP_DIRECTORY, path);
  const from = (path: string): string => posix.join(workspace, path);
  if (module === undefined || module.path === '.' || own === '.')
    return bind(workspace, APP_DIRECTORY, false);
  if (own !== undefined) return bind(from(own), at(own), false);
  const installed = withUses([module], modules).flatMap((one) => workspaceFolders(one));
  return [
    ...shared.flatMap((name) => bind(from(name), at(name), true)),
    // Processes of one folder use one another: it is mounted once, and can be written to.
    ...[...new Set(withUses([module], modules).map(({ path }) => path))].flatMap((path) =>
      bind(from(path), at(path), path !== module.path),
    ),
    ...[...new Set(installed)].flatMap((path) => bind(from(path), at(path), true)),
  ];
}

/** Folders that the install of a module's workspace fills, relative to the project root. */
export function workspaceFolders({ install }: Pick<Module, 'install'>): readonly string[] {
  const workspace = install?.workspace;
  if (install === undefined || workspace === undefined) return [];
  return install.directories
    .filter((name) => !posix.isAbsolute(name))
    .map((name) => posix.join(workspace, name));
}

/**
 * As root: hands the cache and the home folder over. Then never root again. What a stage starts ends
 * with it: its container's first process is the stage itself. Maven does not keep to SOURCE_DATE_EPOCH,
 * and has a property for it: its archives are the same in every run of a commit.
 */
const SCRIPT = `set -eu
uid=$1 gid=$2 run=$3
chown "$uid:$gid" ${CACHE}
test -z "\${SOURCE_DATE_EPOCH:-}" ||
  export MAVEN_ARGS="\${MAVEN_ARGS:-} -Dproject.build.outputTimestamp=$SOURCE_DATE_EPOCH"
${BECOME_PERSON}`;

/** Where a stage runs, from the root of its workspace. */
export function stageFolder({ workspace, module }: Pick<Stage, 'workspace' | 'module'>): string {
  return workspace ?? module?.path ?? '.';
}

/** The container of one stage. */
export function stageSpec(stage: Stage, setting: StageSetting): OneOffContainer {
  const { uid, gid } = setting.person;
  const own = Object.fromEntries(stage.environment ?? []);
  const home = `exec,uid=${String(uid)},gid=${String(gid)},mode=0755`;
  return {
    image: stage.image,
    name: stageContainer(setting, stage.name),
    labels: {
      [STAGE_LABELS.kind]: STAGE_KIND,
      [STAGE_LABELS.run]: setting.run,
      [STAGE_LABELS.stage]: stage.name,
      'dev.onestack.project': setting.project,
    },
    init: true,
    user: '0:0',
    workingDirectory: posix.join(APP_DIRECTORY, stageFolder(stage)),
    mayGainPrivileges: false,
    ...(!stage.network && { network: stage.joins ?? 'none' }),
    mounts: [
      ...sourceMounts(stage, setting),
      ...[...setting.trust, ...(stage.mounts ?? [])].flatMap(({ source, target }) =>
        bind(source, target, true),
      ),
      { type: 'volume', source: pipelineCache(uid, setting.cacheScope), target: CACHE },
      { type: 'home', target: HOME, options: home },
    ],
    environment: { HOME, CI: 'true', ...setting.environment, ...own },
    passed: [...(stage.network ? setting.passed : []), ...(stage.secrets ?? [])],
    entrypoint: 'sh',
    command: ['-c', SCRIPT, 'stage', String(uid), String(gid), failingFast(stage.run)],
  };
}
