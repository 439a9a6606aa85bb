import { findProgram, searchPaths } from '../../host/gather-system.ts';
import type { Host } from '../../ports/host.ts';
import type { World } from '../../ports/world.ts';
import { dockerConfiguration, pluginFolders } from '../../util/docker-folders.ts';

const PLUGINS = ['docker-compose', 'docker-buildx'];

/**
 * Whether Docker's client and its plugins lie where they are looked for: nothing is started for it,
 * so nobody knows whether they run. False where they may lie elsewhere.
 */
export function hasPlugins(
  world: Pick<World, 'files'> & { readonly host: Pick<Host, 'home' | 'environment'> },
): boolean {
  const { home, environment } = world.host;
  const folders = pluginFolders(dockerConfiguration(home, environment));
  return (
    findProgram(world, searchPaths(world), 'docker') !== undefined &&
    PLUGINS.every((name) => findProgram(world, folders, name) !== undefined)
  );
}
