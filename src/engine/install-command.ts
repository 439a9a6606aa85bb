import { posix, relative } from 'node:path';
import { FILLED_FILE } from '../generate/dependency-folders.ts';
import { CACHE_PATH, type ModuleInstall } from '../generate/module-install.ts';
import { type InstallSource } from '../generate/install-runs.ts';
import {
  CA_ENVIRONMENT,
  CONTAINER_PATHS,
  type FolderMount,
  type VolumeMount,
} from '../generate/module-layer.ts';
import { trustMounts, type Trust } from '../generate/trust.ts';
import { sayingEmpty } from './empty-install.ts';
import type { ContainerMount, ContainerSpec } from '../ports/docker-command.ts';
import { BECOME_PERSON } from '../util/become-person.ts';
import { PROXY_VARIABLES } from '../util/proxy-variables.ts';
import { quoted } from '../util/shell-words.ts';

/** What an install needs to know of the machine and the person. */
export interface InstallSetting {
  /** Absolute: mounted at /workspace. */
  readonly root: string;
  /** Absolute, in the root: not written. */
  readonly guarded: readonly string[];
  readonly uid: number;
  readonly gid: number;
  readonly trust: Trust;
  /** Variables that an image's containers are given, by its name. */
  readonly environmentOf: (image: string) => Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The company's network and registries, as far as the person's variables tell them. */
export const NETWORK_VARIABLES = [
  ...PROXY_VARIABLES,
  ...['NPM_CONFIG_REGISTRY', 'npm_config_registry', 'COREPACK_NPM_REGISTRY', 'YARN_REGISTRY'],
  ...['GOPROXY', 'GOPRIVATE', 'GONOSUMDB', 'GONOPROXY', 'GOSUMDB'],
  ...['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'UV_INDEX_URL', 'UV_DEFAULT_INDEX'],
];

/** How one install is done: where its shared folders are filled, and what with. */
export interface InstallWay {
  /** Empty folders of the person's that stand for the install's shared ones. */
  readonly staged: readonly FolderMount[];
  readonly source: InstallSource;
}

/** Where an install finds what volumes held before. */
const FORMER = '/var/lib/onestack/former';

/** Where a copy finds the other worktree. */
const TWIN = '/var/lib/onestack/worktree';
/** What tools keep between runs in folders of dependencies: of no other use. */
const SCRATCH = ['.cache', '.vite', '.vitest', '.tmp'];

/**
 * As root: makes the volumes empty and the person's. Then never root again. What a killed install
 * left is gone, so each one starts from nothing.
 */
const SCRIPT = `set -eu
uid=$1 gid=$2 cache=$3 run=$4
shift 4
# The engine makes what something is mounted on, and makes it root's. What is mounted there is the
# host's, and the person's: in folders that a virtual machine shares nobody can give it to anybody.
for folder in "$cache" ${FORMER}/*; do
  [ -d "$folder" ] || continue
  chown -h "$uid:$gid" "$folder"
  find "$folder" -mindepth 1 -maxdepth 1 -type d ! -exec mountpoint -q {} ';' -exec chown -h "$uid:$gid" {} +
done
for directory; do
  find "$directory" -mindepth 1 -delete
  chown -h "$uid:$gid" "$directory"
done
${BECOME_PERSON}`;

/** The volumes that hold what goes over into folders, by the folder of the container they go to. */
function formerVolumes(
  { former }: ModuleInstall,
  { staged, source }: InstallWay,
): readonly VolumeMount[] {
  if (source.kind !== 'volumes') return [];
  const targets = new Set(staged.map(({ target }) => target));
  return former.filter(({ target }) => targets.has(target));
}

/** Shell text that copies them. */
function copyCommand(former: readonly VolumeMount[]): string {
  return former
    .map(({ target }, index) => {
      const from = quoted(`${FORMER}/${String(index)}`);
      return `{ [ -n "$(ls -A ${quoted(target)})" ] || cp -a ${from}/. ${quoted(target)}/; }`;
    })
    .join(' && ');
}

/** Where what lies in the workspace lies in the other worktree. */
const inTwin = (path: string): string => TWIN + path.slice(CONTAINER_PATHS.workspace.length);

/**
 * The other worktree as a whole, and without what the tool keeps there: links that code in its
 * containers has laid are followed in this container, where they lead to nothing of the person's.
 */
function twinMounts(folder: string): readonly ContainerMount[] {
  return [
    { type: 'bind', source: folder, target: TWIN, readOnly: true },
    { type: 'nothing', target: inTwin(CONTAINER_PATHS.hidden) },
  ];
}

/** Shell text that copies out of the other worktree, where nobody has changed anything since it was filled. */
function twinCommand(staged: readonly FolderMount[]): string {
  const pruned = SCRATCH.map((name) => `-path ./${name} -prune -o`).join(' ');
  return staged
    .map(({ target }) =>
      [
        `cd ${quoted(inTwin(target))}`,
        `[ -z "$(find . ${pruned} -type f -newer ${FILLED_FILE} -print | head -n 1)" ]`,
        `cp -a . ${quoted(target)}/`,
        `cd ${quoted(target)}`,
        `rm -rf ${SCRATCH.join(' ')}`,
      ].join(' && '),
    )
    .join(' && ');
}

/** The container of one install. */
export function installSpec(
  planned: ModuleInstall,
  { root, guarded, uid, gid, trust, environment, environmentOf }: InstallSetting,
  way: InstallWay,
): ContainerSpec {
  const { module, install, folder: at, image, mounts, container } = planned;
  const caches: VolumeMount = { volume: planned.cacheVolume, target: CACHE_PATH };
  const { source } = way;
  const former = formerVolumes(planned, way);
  const filled = [...mounts, ...way.staged].map(({ target }) => target);
  const command = {
    command: () => sayingEmpty(install.run, filled),
    volumes: () => copyCommand(former),
    worktree: () => twinCommand(way.staged),
  }[source.kind]();
  const { workspace, hidden, home } = CONTAINER_PATHS;
  const owner = `uid=${String(uid)},gid=${String(gid)}`;
  return {
    image,
    name: container,
    labels: { 'dev.onestack.kind': 'install' },
    user: '0:0',
    workingDirectory: posix.join(workspace, at),
    mounts: [
      { type: 'bind', source: root, target: workspace },
      { type: 'nothing', target: hidden },
      ...guarded.map((place): ContainerMount => ({
        ...{ type: 'bind', source: place, readOnly: true },
        target: `${workspace}/${relative(root, place)}`,
      })),
      ...trustMounts(module.image, trust).map((place): ContainerMount => ({
        type: 'bind',
        ...place,
        readOnly: true,
      })),
      ...[...mounts, caches].map(({ volume, target }): ContainerMount => ({
        type: 'volume',
        source: volume,
        target,
      })),
      ...[...way.staged, ...planned.caches].map(({ folder, target }): ContainerMount => ({
        type: 'bind',
        source: folder,
        target,
      })),
      ...former.map(({ volume }, index): ContainerMount => ({
        ...{ type: 'volume', source: volume, target: `${FORMER}/${String(index)}` },
      })),
      ...(source.kind === 'worktree' ? twinMounts(source.folder) : []),
      { type: 'home', target: home, options: `exec,${owner},mode=0755` },
    ],
    environment: { HOME: home, ...CA_ENVIRONMENT, ...environmentOf(module.image) },
    passed: NETWORK_VARIABLES.filter((name) => environment[name]),
    entrypoint: 'sh',
    command: [
      ...['-c', SCRIPT, 'install', String(uid), String(gid), caches.target, command],
      // What is copied comes out of these, or is in them already.
      ...(source.kind === 'command' ? mounts.map(({ target }) => target) : []),
    ],
  };
}
