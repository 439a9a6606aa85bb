import { join } from 'node:path';
import { incrementalCommand, keptPlace } from '../../checks/incremental/incremental-command.ts';
import type { CheckWay } from '../../checks/incremental/incremental-command.ts';
import { CACHE_PATH } from '../../generate/module-install.ts';
import type { CheckDefinition, Module } from '../../model/module.ts';
import type { World } from '../../ports/world.ts';

/**
 * How the checks of a project are run. It is found out before each run: scripts, configurations and
 * versions may have changed since the last one.
 * @param root the project folder: absolute, symlinks resolved.
 */
export function checkWays(
  root: string,
  { files, host }: Pick<World, 'files' | 'host'>,
): (module: Module, check: CheckDefinition) => CheckWay {
  const own = join(host.toolDirectory, 'profiles/dev');
  const facts = {
    root,
    // What it reads is the repository's: a link may lead anywhere.
    files: files.confined(root),
    ownFile: (name: string) => {
      const text = files.read(join(own, name));
      return text.ok ? text.value : undefined;
    },
    cachePath: CACHE_PATH,
    place: keptPlace(root),
  };
  return (module, check) => incrementalCommand(module, check, facts);
}
