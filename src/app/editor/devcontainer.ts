import { posix } from 'node:path';
import { CONTAINER_PATHS, moduleDirectory } from '../../generate/module-layer.ts';
import type { Module } from '../../model/module.ts';

/** Where a module's file lies, relative to the project. */
export function devcontainerPath({ name }: Pick<Module, 'name'>): string {
  return `.devcontainer/${name}/devcontainer.json`;
}

/** What editors that know Dev Containers have to be told, to attach to a module's container. */
export function devcontainer(project: string, module: Module): Readonly<Record<string, unknown>> {
  const folder = posix.dirname(devcontainerPath(module));
  return {
    name: `${project}: ${module.name}`,
    dockerComposeFile: posix.relative(folder, '.dev/compose.yaml'),
    service: module.name,
    // All the others are up already, and stay when the editor goes.
    runServices: [module.name],
    shutdownAction: 'none',
    workspaceFolder: module.path === '.' ? CONTAINER_PATHS.workspace : moduleDirectory(module),
    // No remoteUser: the container's own is the person, whoever that is (docs/decisions/0024), and no image is built with a user written into it.
    updateRemoteUserUID: false,
    overrideCommand: false,
    initializeCommand: './dev up --detach --no-dash',
  };
}
