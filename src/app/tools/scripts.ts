import { join } from 'node:path';
import type { World } from '../../ports/world.ts';
import { describeScript, mergeScripts, type ToolScript } from '../../tools/scripts.ts';

/** The scripts that come along and the project's own, as their first lines describe them. */
export function listScripts(
  { files, host }: Pick<World, 'files' | 'host'>,
  root: string,
): readonly ToolScript[] {
  const inFolder = (folder: string, origin: ToolScript['origin']): ToolScript[] => {
    const directory = join(folder, 'tools-container/scripts');
    return files.list(directory).flatMap((name) => {
      const path = join(directory, name);
      const text = files.isDirectory(path) ? undefined : files.read(path);
      if (text?.ok !== true || text.value === undefined) return [];
      return [describeScript(name, text.value, origin)];
    });
  };
  return mergeScripts(inFolder(host.toolDirectory, 'tool'), inFolder(root, 'project'));
}
