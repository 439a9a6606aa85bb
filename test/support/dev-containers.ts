import { join } from 'node:path';
import { expect } from 'vitest';
import { REPOSITORY, type Rig } from './rig.ts';

/** `dev` of a clone, which a test has not. */
export const LAUNCHER = `#!/bin/sh\nexec ${process.execPath} ${REPOSITORY}/dist/main.js "$@"\n`;

/** The official tool attaches to a module's container, and runs something in it. */
export async function attachDevContainer(
  rig: Rig,
  module: string,
  command: string,
): Promise<string> {
  const cli = [
    process.execPath,
    join(REPOSITORY, 'node_modules/@devcontainers/cli/devcontainer.js'),
  ];
  const at = [
    ...['--workspace-folder', rig.directory],
    ...['--config', rig.path(`.devcontainer/${module}/devcontainer.json`)],
  ];
  const read = await rig.run([...cli, 'read-configuration', ...at]);
  expect(JSON.parse(read.stdout)).toMatchObject({ configuration: { service: module } });
  const before = await rig.run([
    ...['docker', 'ps', '--no-trunc', '--quiet'],
    ...['--filter', `label=com.docker.compose.project=${rig.name}`],
    ...['--filter', `label=com.docker.compose.service=${module}`],
  ]);
  const attached = await rig.run([...cli, 'up', ...at]);
  const { outcome, containerId } = JSON.parse(attached.stdout) as Record<string, string>;
  expect(outcome).toBe('success');
  expect(containerId).toBe(before.stdout.trim());
  const exec = [...cli, 'exec', '--container-id', containerId ?? '', ...at];
  return (await rig.run([...exec, 'sh', '-c', command])).stdout;
}
