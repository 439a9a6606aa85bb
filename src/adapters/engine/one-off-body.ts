import type Docker from 'dockerode';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';
import type { ContainerMount } from '../../ports/docker-command.ts';
import type { OneOffContainer, OneOffOptions } from '../../ports/engine-containers.ts';

type HostConfig = NonNullable<Docker.ContainerCreateOptions['HostConfig']>;
type Mounts = NonNullable<HostConfig['Mounts']>;

function mountsOf(mounts: readonly ContainerMount[]): Mounts {
  return mounts.flatMap((mount): Mounts => {
    switch (mount.type) {
      case 'home':
        return [];
      case 'nothing': {
        // What the client's types want of options the engine does not.
        const empty = { SizeBytes: 4096, Mode: 0o555 };
        const { target: Target } = mount;
        return [{ Type: 'tmpfs', Source: '', Target, ReadOnly: true, TmpfsOptions: empty }];
      }
      case 'bind':
      case 'volume': {
        const { type: Type, source: Source, target: Target, readOnly: ReadOnly = false } = mount;
        return [{ Type, Source, Target, ReadOnly }];
      }
    }
  });
}

/** In memory, by where they lie. */
function homesOf(mounts: readonly ContainerMount[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    mounts.flatMap((mount) => (mount.type === 'home' ? [[mount.target, mount.options]] : [])),
  );
}

/** What is said counts, then what is passed, then the proxies. */
function environmentOf(
  { environment = {}, passed = [] }: OneOffContainer,
  given: OneOffOptions['environment'],
  proxies: Readonly<Record<string, string>>,
): string[] {
  const all: Record<string, string> = { ...proxies, ...environment };
  for (const name of passed) {
    const value = given[name];
    if (value !== undefined) all[name] = value;
  }
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}

/**
 * What the engine's API wants to have of a container that it takes away by itself when it ends, also
 * where whoever began it was killed. Pure.
 * @param proxies given to it where it has a way out, and says nothing else.
 */
export function oneOffBody(
  container: OneOffContainer,
  given: OneOffOptions['environment'],
  proxies: Readonly<Record<string, string>>,
): Docker.ContainerCreateOptions {
  const { mounts = [], network, entrypoint, labels = {} } = container;
  return {
    name: container.name,
    Image: container.image,
    Cmd: [...container.command],
    Labels: { ...labels },
    Env: environmentOf(container, given, network === undefined ? proxies : {}),
    AttachStdout: true,
    AttachStderr: true,
    ...(entrypoint !== undefined && { Entrypoint: [entrypoint] }),
    ...(container.user !== undefined && { User: container.user }),
    ...(container.workingDirectory !== undefined && { WorkingDir: container.workingDirectory }),
    HostConfig: {
      AutoRemove: true,
      Mounts: mountsOf(mounts),
      Tmpfs: homesOf(mounts),
      ...(container.init === true && { Init: true }),
      ...(network !== undefined && { NetworkMode: network }),
      ...(container.mayGainPrivileges === false && { SecurityOpt: ['no-new-privileges'] }),
    },
  };
}

/**
 * What the engine's API wants to have of a container that is as an inspected one in all that a program in it
 * can see, and runs a command once. It publishes nothing, and is a one-off to Compose. Pure.
 */
export function likenessBody(
  { Image: image, Config: config, HostConfig: host }: Docker.ContainerInspectInfo,
  [program = '', ...args]: readonly string[],
): Docker.ContainerCreateOptions {
  return {
    Image: image,
    Entrypoint: [program],
    Cmd: args,
    User: config.User,
    WorkingDir: config.WorkingDir,
    Env: config.Env,
    Labels: { ...config.Labels, [COMPOSE_LABELS.oneOff]: 'True' },
    Healthcheck: { Test: ['NONE'] },
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      ...host,
      AutoRemove: true,
      RestartPolicy: { Name: 'no' },
      PortBindings: {},
      PublishAllPorts: false,
    },
  };
}
