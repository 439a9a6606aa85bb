/**
 * The `docker` program's command lines, all of them: what the engine's API does not do as well, because
 * the program knows the person's credentials, BuildKit and the terminal. Whatever else is asked or done
 * goes through `Engine`. Values that stand where options could are guarded here, once.
 */
import type { ComposeTarget } from './compose-cli.ts';

type Argv = readonly string[];

/** What a container sees at a place of its own. Paths are absolute. */
export type ContainerMount =
  | {
      readonly type: 'bind' | 'volume';
      /** The host's file or folder; the volume's name. */
      readonly source: string;
      readonly target: string;
      readonly readOnly?: boolean;
    }
  /** An empty folder that cannot be written, in front of what lies there. */
  | { readonly type: 'nothing'; readonly target: string }
  /** The person's home, in memory; programs run there. */
  | { readonly type: 'home'; readonly target: string; readonly options: string };

/** A container of one image of the engine's; it is never pulled. */
export interface ContainerSpec {
  readonly image: string;
  /** In place of the image's own. */
  readonly entrypoint?: string;
  readonly command: readonly string[];
  /** Stays in the background. Otherwise it is attached, and gone when it ends. */
  readonly detach?: boolean;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `uid:gid`. */
  readonly user?: string;
  readonly hostname?: string;
  readonly workingDirectory?: string;
  /** `none`, a network's name, `container:ID`. */
  readonly network?: string;
  /** `container:ID`: whose processes it is among. */
  readonly pid?: string;
  /** Whether the engine's own init is its first process. */
  readonly init?: boolean;
  /** Added to the engine's default capabilities; `none`: it has no capabilities at all. */
  readonly capabilities?: readonly string[] | 'none';
  readonly mayGainPrivileges?: boolean;
  readonly mounts?: readonly ContainerMount[];
  /** A container whose volumes it reads. */
  readonly volumesOf?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables passed by name alone: their values stay out of the process list. */
  readonly passed?: readonly string[];
  readonly healthcheck?: false;
  /** Ports of this machine's loopback that lead to ports of the container. */
  readonly publish?: readonly { readonly host: number; readonly container: number }[];
  /** Whether the engine starts it again, also after its own restart, until somebody stops it. */
  readonly restart?: 'unless-stopped';
  /** Whether its own file system cannot be written. */
  readonly readOnly?: boolean;
  /** `stdin`: what is typed reaches it; `tty`: as on a terminal. */
  readonly attached?: 'stdin' | 'tty';
}

/** One value of `--mount`, which is read as a line of comma-separated values. */
function mountValue(fields: Readonly<Record<string, string | true>>): string {
  const csv = (text: string): string =>
    /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return Object.entries(fields)
    .map(([name, value]) => (value === true ? name : csv(`${name}=${value}`)))
    .join(',');
}

function mountOptions(mount: ContainerMount): Argv {
  switch (mount.type) {
    case 'nothing': {
      const empty = { 'tmpfs-size': '4096', 'tmpfs-mode': '0555', readonly: true } as const;
      return ['--mount', mountValue({ type: 'tmpfs', dst: mount.target, ...empty })];
    }
    case 'home':
      return ['--tmpfs', `${mount.target}:${mount.options}`];
    case 'bind':
    case 'volume': {
      const { type, source, target, readOnly } = mount;
      const fields = {
        type,
        src: source,
        dst: target,
        ...(readOnly === true && { readonly: true }),
      };
      return ['--mount', mountValue(fields as Readonly<Record<string, string | true>>)];
    }
  }
}

const one = (name: string, value: string | undefined): Argv =>
  value === undefined ? [] : [name, value];
const each = (name: string, values: readonly string[] = []): Argv =>
  values.flatMap((value) => [name, value]);
const pairs = (name: string, values: Readonly<Record<string, string>> = {}): Argv =>
  each(
    name,
    Object.entries(values).map(([key, value]) => `${key}=${value}`),
  );

function attachedOptions(attached: ContainerSpec['attached']): Argv {
  if (attached === undefined) return [];
  return ['--interactive', ...(attached === 'tty' ? ['--tty'] : [])];
}

/** All that decides what a container is like, but its name and its image. */
export function containerOptions(spec: Omit<ContainerSpec, 'image' | 'command' | 'name'>): Argv {
  const { capabilities } = spec;
  return [
    ...attachedOptions(spec.attached),
    ...pairs('--label', spec.labels),
    ...(spec.init === true ? ['--init'] : []),
    ...one('--user', spec.user),
    ...one('--hostname', spec.hostname),
    ...one('--workdir', spec.workingDirectory),
    ...one('--network', spec.network),
    ...one('--pid', spec.pid),
    ...(capabilities === 'none' ? ['--cap-drop', 'ALL'] : each('--cap-add', capabilities)),
    ...(spec.mayGainPrivileges === false ? ['--security-opt', 'no-new-privileges'] : []),
    ...(spec.mounts ?? []).flatMap(mountOptions),
    ...(spec.volumesOf === undefined ? [] : ['--volumes-from', `${spec.volumesOf}:ro`]),
    ...pairs('--env', spec.environment),
    ...each('--env', spec.passed),
    ...(spec.healthcheck === false ? ['--no-healthcheck'] : []),
    ...each(
      '--publish',
      spec.publish?.map(({ host, container }) => `127.0.0.1:${host}:${container}`),
    ),
    ...one('--restart', spec.restart),
    ...(spec.readOnly === true ? ['--read-only'] : []),
    ...one('--entrypoint', spec.entrypoint),
  ];
}

/** `docker run`. */
export function runContainer(spec: ContainerSpec): Argv {
  return [
    ...['docker', 'run', '--pull=never', spec.detach === true ? '--detach' : '--rm'],
    ...one('--name', spec.name),
    ...containerOptions(spec),
    ...['--', spec.image, ...spec.command],
  ];
}

/** `docker exec`, with the terminal's or the program's streams. */
export function execInContainer(
  containerId: string,
  options: Pick<ContainerSpec, 'attached' | 'workingDirectory' | 'environment'>,
  command: readonly string[],
): Argv {
  return [
    ...['docker', 'exec', ...attachedOptions(options.attached)],
    ...one('--workdir', options.workingDirectory),
    ...pairs('--env', options.environment),
    ...['--', containerId, ...command],
  ];
}

/** An image from a Dockerfile that comes through stdin, or lies in a file. */
export interface ImageBuildCommand {
  /** Absolute; undefined: through stdin. */
  readonly dockerfile?: string;
  /** The stage that is built; the last by default. */
  readonly target?: string;
  /** The context. */
  readonly directory: string;
  readonly reference: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Further ones: `NAME=FOLDER`. */
  readonly contexts?: readonly string[];
  /** `id=NAME,src=FILE`. */
  readonly secrets?: readonly string[];
  /** `NAME=VALUE`, or the name alone: then the value stays out of the process list. */
  readonly buildArguments?: readonly string[];
  readonly network?: 'none';
  readonly noCache?: boolean;
}

/** `docker build`, told line by line. */
export function buildImage(build: ImageBuildCommand): Argv {
  return [
    ...['docker', 'build', '--progress=plain', '--file', build.dockerfile ?? '-'],
    ...['--tag', build.reference],
    ...one('--target', build.target),
    ...one('--network', build.network),
    ...pairs('--label', build.labels),
    ...each('--build-context', build.contexts),
    ...each('--secret', build.secrets),
    ...each('--build-arg', build.buildArguments),
    ...(build.noCache === true ? ['--no-cache'] : []),
    ...['--', build.directory],
  ];
}

/** `docker pull`: by the person's credentials, their helpers and the engine's mirrors. */
export function pullImage(reference: string, platform: string | undefined): Argv {
  return ['docker', 'pull', ...one('--platform', platform), '--', reference];
}

/** `docker push`, by the person's credentials. */
export const pushImage = (reference: string): Argv => [
  ...['docker', 'push', '--quiet', '--', reference],
];

/** `docker import`: a file system's archive as an image. */
export function importImage(
  archive: string,
  reference: string,
  { changes, message }: { readonly changes: readonly string[]; readonly message: string },
): Argv {
  const options = [...each('--change', changes), '--message', message];
  return ['docker', 'import', ...options, '--', archive, reference];
}

/** `docker commit`: a container's files as they are, as an image; it goes on meanwhile. */
export function commitContainer(
  containerId: string,
  reference: string,
  labels: Readonly<Record<string, string>>,
): Argv {
  const changes = Object.entries(labels).map(([name, value]) => `LABEL ${name}=${value}`);
  return [
    ...['docker', 'commit', '--pause=false', ...each('--change', changes)],
    ...['--', containerId, reference],
  ];
}

/** `docker cp` out of a container. */
export const copyOut = (containerId: string, from: string, to: string): Argv => [
  ...['docker', 'cp', '--', `${containerId}:${from}`, to],
];

/** `docker compose version`: the plugin's alone. */
export const composeVersion = (): Argv => ['docker', 'compose', 'version', '--short'];

/** `docker version` of the engine that listens on this machine's own socket. */
export const serverVersion = (socket: string): Argv => [
  ...['docker', '--host', `unix://${socket}`, 'version', '--format', '{{.Server.Version}}'],
];

/** What a program that may be `docker` is asked to tell of itself; it is named by its path. */
export const questionsTo = (program: string) => ({
  /** Its first line says whose it is. */
  introduction: [program, '--version'],
  compose: [program, 'compose', 'version', '--short'],
  buildx: [program, 'buildx', 'version'],
  /** `2026-11-29T05:00:00Z proxy /var/lib/docker`: its clock, whether it has a proxy (never which one), its data. */
  engineFacts: [program, 'info', '--format', ENGINE_FACTS],
});

const ENGINE_FACTS =
  '{{.SystemTime}} {{if or .HTTPProxy .HTTPSProxy}}proxy{{end}} {{.DockerRootDir}}';

/** `docker system dial-stdio`: the engine's API through the program's own connection, as for `ssh://`. */
export const DIAL_ENGINE: Argv = ['docker', 'system', 'dial-stdio'];

/**
 * Everything is put into the file already, and what Compose finds in a folder of the project it takes
 * for variables of its own.
 */
const NO_ENV_FILE: Argv = ['--env-file', '/dev/null'];

/** `docker compose` on a project's merged file. */
export function composeOn({ project, file }: ComposeTarget, progress: 'plain' | 'quiet'): Argv {
  const target = ['--project-name', project, '--file', file, ...NO_ENV_FILE];
  return ['docker', 'compose', ...target, '--progress', progress];
}

/** `docker compose build` of one service of the document that comes through stdin. */
export function buildService(project: string, directory: string, service: string): Argv {
  const target = ['--project-name', project, '--project-directory', directory, ...NO_ENV_FILE];
  return [
    ...['docker', 'compose', ...target, '--file', '-', '--progress', 'plain'],
    ...['build', '--', service],
  ];
}

/** `docker compose config` of a folder's own files, services of every profile included. */
export const composeConfig = (options: readonly string[]): Argv => [
  ...['docker', 'compose', ...options, '--profile', '*', 'config'],
];
