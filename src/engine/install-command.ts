import { posix, relative } from 'node:path';
import { CACHE_PATH, cacheVolume, type ModuleInstall } from '../generate/dependencies.ts';
import {
  CA_ENVIRONMENT,
  CONTAINER_PATHS,
  type FolderMount,
  type VolumeMount,
} from '../generate/module-layer.ts';
import { trustMounts, type Trust } from '../generate/trust.ts';
import { PROXY_VARIABLES } from '../util/proxy-variables.ts';

/** What an install needs to know of the machine and the person. */
export interface InstallSetting {
  /** Absolute: mounted at /workspace. */
  readonly root: string;
  /** Absolute, in the root: not written. */
  readonly guarded: readonly string[];
  readonly uid: number;
  readonly gid: number;
  readonly trust: Trust;
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
  /** Whether everything is copied from the volumes where it was before. */
  readonly fromVolumes: boolean;
}

/** Where an install finds what volumes held before. */
const FORMER = '/var/lib/onestack/former';

/**
 * As root: makes the volumes empty and the person's. Then never root again. What a killed install
 * left is gone, so each one starts from nothing.
 */
const SCRIPT = `set -eu
uid=$1 gid=$2 cache=$3 run=$4
shift 4
# The engine makes what something is mounted on, and makes it root's.
for folder in "$cache" ${FORMER}/*; do
  [ ! -d "$folder" ] || find "$folder" -maxdepth 1 -type d -exec chown -h "$uid:$gid" {} +
done
for directory; do
  find "$directory" -mindepth 1 -delete
  chown -h "$uid:$gid" "$directory"
done
exec setpriv --reuid="$uid" --regid="$gid" --clear-groups sh -c "$run"`;

/** One value of `--mount`, which is read as a line of comma-separated values. */
function mount(fields: Readonly<Record<string, string | true>>): readonly string[] {
  const parts = Object.entries(fields).map(([name, value]) =>
    value === true ? name : `"${`${name}=${value}`.replaceAll('"', '""')}"`,
  );
  return ['--mount', parts.join(',')];
}

/** An empty folder that cannot be written. */
const NOTHING = { 'tmpfs-size': '4096', 'tmpfs-mode': '0555', readonly: true } as const;

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The volumes that hold what goes over into folders, by the folder of the container they go to. */
function formerVolumes(
  { caches, former }: ModuleInstall,
  { staged, fromVolumes }: InstallWay,
  uid: number,
): readonly { readonly volume: string; readonly subfolder: string; readonly target: string }[] {
  const installed = fromVolumes
    ? staged.flatMap(({ target }) => {
        const from = former.find((one) => one.target === target);
        return from === undefined ? [] : [{ volume: from.volume, subfolder: '', target }];
      })
    : [];
  const cached = caches.map(({ target }) => ({
    volume: cacheVolume(uid),
    subfolder: target.slice(CACHE_PATH.length + 1),
    target,
  }));
  return [...installed, ...cached];
}

/** Shell text that copies them; a cache only while nothing is in it yet. */
function copyCommand(former: ReturnType<typeof formerVolumes>): string {
  return former
    .map(({ subfolder, target }, index) => {
      const from = quoted(`${FORMER}/${String(index)}/${subfolder}`);
      const copy = `cp -a ${from}/. ${quoted(target)}/`;
      const isNeeded = `[ ! -d ${from} ] || [ -n "$(ls -A ${quoted(target)})" ]`;
      return `{ ${isNeeded} || ${copy}; }`;
    })
    .join(' && ');
}

/** Arguments of `docker run` for one install. */
export function installArguments(
  planned: ModuleInstall,
  { root, guarded, uid, gid, trust, environment }: InstallSetting,
  way: InstallWay,
): readonly string[] {
  const { module, install, folder: at, image, mounts, container } = planned;
  const caches: VolumeMount = { volume: cacheVolume(uid), target: CACHE_PATH };
  const former = formerVolumes(planned, way, uid);
  const copy = former.length === 0 ? [] : [copyCommand(former)];
  const command = [...copy, ...(way.fromVolumes ? [] : [install.run])].join(' && ');
  return [
    ...['docker', 'run', '--rm', '--pull=never', '--name', container],
    ...['--label', 'dev.onestack.kind=install', '--user=0:0', '--entrypoint=sh'],
    ...['--workdir', posix.join(CONTAINER_PATHS.workspace, at)],
    ...mount({ type: 'bind', src: root, dst: CONTAINER_PATHS.workspace }),
    ...mount({ type: 'tmpfs', dst: CONTAINER_PATHS.hidden, ...NOTHING }),
    ...guarded.flatMap((place) =>
      mount({
        ...{ type: 'bind', src: place, readonly: true },
        dst: `${CONTAINER_PATHS.workspace}/${relative(root, place)}`,
      }),
    ),
    ...trustMounts(module.image, trust).flatMap(({ source, target }) =>
      mount({ type: 'bind', src: source, dst: target, readonly: true }),
    ),
    ...[...mounts, caches].flatMap(({ volume, target }) =>
      mount({ type: 'volume', src: volume, dst: target }),
    ),
    ...[...way.staged, ...planned.caches].flatMap(({ folder, target }) =>
      mount({ type: 'bind', src: folder, dst: target }),
    ),
    ...former.flatMap(({ volume }, index) =>
      mount({ type: 'volume', src: volume, dst: `${FORMER}/${String(index)}` }),
    ),
    ...['--tmpfs', `${CONTAINER_PATHS.home}:exec,uid=${String(uid)},gid=${String(gid)},mode=0755`],
    ...['--env', `HOME=${CONTAINER_PATHS.home}`],
    ...Object.entries(CA_ENVIRONMENT).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    // By name alone: the value stays out of the process list.
    ...NETWORK_VARIABLES.filter((name) => environment[name]).flatMap((name) => ['--env', name]),
    ...[image, '-c', SCRIPT, 'install', String(uid), String(gid), caches.target, command],
    // What is copied comes out of these, or is in them already.
    ...(way.fromVolumes ? [] : mounts.map(({ target }) => target)),
  ];
}
