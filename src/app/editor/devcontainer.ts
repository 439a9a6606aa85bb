import { posix } from 'node:path';
import { ACCOUNT_NAME } from '../../util/accounts.ts';
import { CONTAINER_PATHS, moduleDirectory } from '../../generate/module-layer.ts';
import { devcontainerPath } from '../../model/devcontainer-path.ts';
import type { Module } from '../../model/module.ts';

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
    // The person, whoever that is (docs/decisions/0024); no image is built with a number written into it.
    remoteUser: ACCOUNT_NAME,
    updateRemoteUserUID: false,
    overrideCommand: false,
    initializeCommand: './dev up --detach --no-dash',
  };
}
