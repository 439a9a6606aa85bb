import { join } from 'node:path';
import { findProgram, searchPaths } from '../../host/gather.ts';
import type { Host } from '../../ports/host.ts';
import type { World } from '../../ports/world.ts';

const PLUGINS = ['docker-compose', 'docker-buildx'];
/** Where Docker's client looks for its plugins, after the person's own folder. */
const FOLDERS = ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'].map(
  (folder) => `${folder}/docker/cli-plugins`,
);

/**
 * Whether Docker's client and its plugins lie where they are looked for: nothing is started for it,
 * so nobody knows whether they run. False where they may lie elsewhere.
 */
export function hasPlugins(
  world: Pick<World, 'files'> & { readonly host: Pick<Host, 'home' | 'environment'> },
): boolean {
  const { home, environment } = world.host;
  const configuration = environment['DOCKER_CONFIG'] || join(home, '.docker');
  const folders = [join(configuration, 'cli-plugins'), ...FOLDERS];
  return (
    findProgram(world, searchPaths(world), 'docker') !== undefined &&
    PLUGINS.every((name) => findProgram(world, folders, name) !== undefined)
  );
}
