import { isAbsolute, posix } from 'node:path';
import type { BakedCode } from '../../generate/baked-mounts.ts';
import { APP_DIRECTORY, installFolder, type Module } from '../../model/module.ts';
import type { OpenProject } from '../../model/open-project.ts';
import { withUses } from '../../model/uses.ts';
import { productionDirectory } from '../../release/module-image.ts';

function installedIn(module: Module): readonly string[] {
  const { install } = module;
  if (install === undefined) return [];
  const folder = posix.join(APP_DIRECTORY, installFolder(module, install));
  return install.directories.map((name) => (isAbsolute(name) ? name : posix.join(folder, name)));
}

/** What the images of modules hold of the commit, by module, where modules run as images. */
export function bakedCode({
  project: { root, modules },
  baked,
}: Pick<OpenProject, 'project' | 'baked'>): ReadonlyMap<string, BakedCode> {
  const running = modules.filter(({ name }) => baked?.images.has(name) === true);
  return new Map(
    running.map((module) => {
      const all = withUses([module], modules);
      return [
        module.name,
        {
          directory: productionDirectory(module),
          root,
          trees: all.map(({ path }) => path),
          installed: all.flatMap(installedIn),
          committed: baked?.committed ?? [],
        },
      ];
    }),
  );
}
