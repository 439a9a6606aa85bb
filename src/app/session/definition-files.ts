import { mappingAt } from '../../model/plain.ts';
import { mountedPaths, readPaths } from '../../plan/mounted-files.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import { loadDefinition } from '../project/definition.ts';
import type { Opened } from '../project/open-project.ts';

/**
 * Every file that the definition reads, wherever it lies and whether it is there or not, absolute:
 * what is included and extended, environment files, what containers are given as single files. Of a
 * definition that is wrong, those that were read until then.
 */
export function definitionFiles(
  { opened, hierarchy }: Opened,
  world: Pick<World, 'files' | 'host'>,
): readonly string[] {
  const found = new Set<string>();
  const files = recording(world.files, (path) => found.add(path));
  const definition = loadDefinition(opened, hierarchy, { ...world, files });
  if (definition.ok) {
    const { document } = definition.value.environment;
    for (const service of Object.keys(mappingAt(document, 'services'))) {
      for (const { path } of mountedPaths(document, service)) found.add(path);
      for (const path of readPaths(document, service)) found.add(path);
    }
  }
  const { root } = opened.project;
  const lies = (folder: string, path: string): boolean => path.startsWith(`${folder}/`);
  return (
    [...found]
      .filter((path) => !lies(opened.places.dev, path))
      // The tool's own files change with the tool alone.
      .filter((path) => lies(root, path) || !lies(world.host.toolDirectory, path))
      .filter((path) => !world.files.isDirectory(path))
      .sort()
  );
}

/** The same files; each text that is read is told. */
function recording(files: Files, onRead: (path: string) => void): Files {
  return new Proxy(files, {
    get: (target, name: keyof Files) => {
      if (name !== 'read') return target[name].bind(target);
      return (path: string) => {
        onRead(path);
        return target.read(path);
      };
    },
  });
}
