import { posix, relative } from 'node:path';
import { CONTAINER_PATHS, CA_ENVIRONMENT } from '../generate/module-layer.ts';
import { cacheVolume, type ModuleInstall } from '../generate/dependencies.ts';
import { trustMounts, type Trust } from '../generate/trust.ts';

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

/** The one-off container's name: the engine lets only one have it, so it is the install's lock. */
export function installContainer({ key }: Pick<ModuleInstall, 'key'>): string {
  return `onestack-install-${key.slice(0, 16)}`;
}

/** The company's network and registries, as far as the person's variables tell them. */
export const PASSED = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['NPM_CONFIG_REGISTRY', 'npm_config_registry', 'COREPACK_NPM_REGISTRY', 'YARN_REGISTRY'],
  ...['GOPROXY', 'GOPRIVATE', 'GONOSUMDB', 'GONOPROXY', 'GOSUMDB'],
  ...['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'UV_INDEX_URL', 'UV_DEFAULT_INDEX'],
];

/**
 * As root: makes the volumes empty and the person's. Then never root again. What a killed install
 * left is gone, so each one starts from nothing.
 */
const SCRIPT = `set -eu
uid=$1 gid=$2 cache=$3 run=$4
shift 4
chown "$uid:$gid" "$cache"
for directory; do
  find "$directory" -mindepth 1 -delete
  chown "$uid:$gid" "$directory"
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

/** Arguments of `docker run` for one install. */
export function installArguments(
  { module, install, folder, image, mounts, key }: ModuleInstall,
  { root, guarded, uid, gid, trust, environment }: InstallSetting,
): readonly string[] {
  const caches = { volume: cacheVolume(uid), target: '/var/cache/onestack' };
  return [
    ...['docker', 'run', '--rm', '--pull=never', '--name', installContainer({ key })],
    ...['--label', 'dev.onestack.kind=install', '--user=0:0', '--entrypoint=sh'],
    ...['--workdir', posix.join(CONTAINER_PATHS.workspace, folder)],
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
    ...['--tmpfs', `${CONTAINER_PATHS.home}:exec,uid=${String(uid)},gid=${String(gid)},mode=0755`],
    ...['--env', `HOME=${CONTAINER_PATHS.home}`],
    ...Object.entries(CA_ENVIRONMENT).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    // By name alone: the value stays out of the process list.
    ...PASSED.filter((name) => environment[name]).flatMap((name) => ['--env', name]),
    ...[image, '-c', SCRIPT, 'install', String(uid), String(gid), caches.target, install.run],
    ...mounts.map(({ target }) => target),
  ];
}
